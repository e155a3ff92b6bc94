"""Where in the conversations words occur: in a title or in a text, in any case, however a keyboard spells
them, with or without points, with any of the marks of abbreviations, or none, and whatever particles are
attached to the first of them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.types import Actor
from config.kernel.hebrew.normalise import ABBREVIATION_MARKS, embedding_text, without_particles
from config.kernel.readable import readable
from conversations.models import Citation, Conversation, Message
from conversations.showing import document_of, messages_for, readable_among, views_for
from conversations.types import ConversationRef, MessageRole

EXCERPT_BEFORE = 12  # so that what was found is seen in a narrow list
EXCERPT_LENGTH = 120
# Marks of citations, and signs of code, which there is none of in an excerpt.
_UNSAID = re.compile(r"[ \t]*\[\d{1,3}\]|`+")
# One word that may stand for an abbreviation, whose mark comes before its last letter.
_HEBREW = re.compile("[א-ת]+")
_SHORT = re.compile("[א-ת]{1,4}[א-ת]")
_PARTICLES = "[והבכלמש]{0,2}"
_TO_TYPED = str.maketrans("\u05f4\u201c\u201d\u201e\u05f3\u2018\u2019", '""""\'\'\'')
_TO_PRINTED = str.maketrans("\"'", "\u05f4\u05f3")


def spellings(words: str) -> tuple[str, ...]:
    """Return how else the words may be written: as they are, without points, with the marks that keyboards
    have, with those of print, with none."""
    plain = embedding_text(words)
    typed = ABBREVIATION_MARKS.sub(lambda mark: mark[0].translate(_TO_TYPED), plain)
    printed = ABBREVIATION_MARKS.sub(lambda mark: mark[0].translate(_TO_PRINTED), typed)
    found = [words, plain, typed, printed, ABBREVIATION_MARKS.sub("", plain)]
    if _SHORT.fullmatch(plain.strip()):
        start, end = plain.strip()[:-1], plain.strip()[-1]
        found += [f"{start}{mark}{end}" for mark in ('"', "\u05f4")]
    return tuple(dict.fromkeys(found))


def bodies(words: str) -> tuple[str, ...]:
    """Return regular expressions for the words without the particles of the first one, or with others.

    Which letters are particles cannot be seen, so that what is left has to be a word of its own.
    """
    first, space, others = embedding_text(words).strip().partition(" ")
    if not _HEBREW.fullmatch(first):
        return ()
    rest = space + re.escape(others) if others else "($|[^א-ת])"
    return tuple(f"(^|[^א-ת]){_PARTICLES}{body}{rest}" for body in without_particles(first)[1:])


def _holds(field: str, words: str) -> Q:
    written = (Q((f"{field}__icontains", each)) for each in spellings(words))
    inflected = (Q((f"{field}__iregex", each)) for each in bodies(words))
    return reduce(or_, [*written, *inflected])


def shown_with(actor: Actor, words: str) -> Q:
    """Return the condition for messages with the words that the actor is shown: what is withheld cannot be
    found out by searching for it.

    Call inside of `tenant_scope`.
    """
    return _holds("text", words) & ~Q(pk__in=_withheld(actor, words))


def mentions(said: Q, words: str) -> Q:
    """Return the condition for conversations with the words in their title, or with a message of those
    `said`."""
    return _holds("title", words) | Q(Exists(Message.objects.filter(said, conversation=OuterRef("pk"))))


def _withheld(actor: Actor, words: str) -> set[UUID]:
    """Return the actor's answers with the words whose documents are not all open to the actor any more."""
    own = {"conversation__owner_id": actor.user_id, "conversation__deleted_at": None}
    found = Message.objects.filter(_holds("text", words), role=MessageRole.ASSISTANT, **own)
    documents: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for message, sources in found.exclude(sources=[]).values_list("pk", "sources"):
        documents[message] |= {document_of(source) for source in sources}
    for message, document in Citation.objects.filter(message__in=found).values_list(
        "message_id", "document_id"
    ):
        documents[message].add(document)
    readable = readable_among(set().union(*documents.values()), actor) if documents else frozenset()
    return {message for message, named in documents.items() if not readable >= named}


def with_places(
    actor: Actor, refs: Iterable[ConversationRef], words: str, said: Q
) -> tuple[ConversationRef, ...]:
    """Return the conversations with the latest of their messages `said`, and the text around the words.

    Call inside of `tenant_scope`, with conversations that were opened by their owner.
    """
    refs = tuple(refs)
    places = _places([ref.id for ref in refs], said)
    shown = views_for(actor, messages_for(actor).filter(pk__in=places.values()))
    texts = {message.id: message.text for message in shown}
    return tuple(
        replace(ref, found_message_id=places[ref.id], excerpt=excerpt(texts[places[ref.id]], words))
        if ref.id in places
        else ref
        for ref in refs
    )


def _places(conversation_ids: list[UUID], said: Q) -> dict[UUID, UUID]:
    found = Message.objects.filter(said, conversation=OuterRef("pk"))
    latest = Subquery(found.order_by("-created_at", "-id").values("pk")[:1])
    rows = Conversation.objects.filter(pk__in=conversation_ids).annotate(place=latest)
    return {row_id: place for row_id, place in rows.values_list("pk", "place") if place is not None}


def excerpt(text: str, words: str) -> str:
    """Return the text around the words as it reads, cut between words, about EXCERPT_LENGTH characters."""
    line = " ".join(readable(_UNSAID.sub("", text)).split())
    at = _place(line, words)
    start = 0 if at <= EXCERPT_BEFORE else line.rfind(" ", 0, at - EXCERPT_BEFORE + 1) + 1
    cut = line[start : start + EXCERPT_LENGTH]
    if start + EXCERPT_LENGTH < len(line):
        cut = (cut.rpartition(" ")[0] or cut) + "…"
    return f"…{cut}" if start else cut


def _place(line: str, words: str) -> int:
    for each in spellings(words):
        place = line.lower().find(" ".join(each.lower().split()))
        if place >= 0:
            return place
    found = (re.search(each, line) for each in bodies(words))
    return next((match.start() for match in found if match), 0)
