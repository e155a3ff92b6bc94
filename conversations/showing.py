"""Messages as their reader may see them. Whatever is read of messages, on a page, by REST, in a stream or in
a file, comes through here.

Permissions are asked again each time: quotations, titles and sources go with the permission, or with the
document. The words that a model wrote stay with whoever asked; an answer that consists of quotations loses
those, too, and an approved one goes with its approved answer. How sure an answer was goes with what bore it
out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from accounts.types import Actor
from config.kernel.types import JSONObject
from conversations.grounds import NO_GROUNDS, Grounds
from conversations.models import Citation, Feedback, Message, Referral
from conversations.types import (
    QUOTING,
    CitationData,
    MessageRole,
    MessageStatus,
    MessageView,
    StoredAnswer,
    is_approval,
)

Shown = TypeVar("Shown", MessageView, StoredAnswer)
DocumentAccess = Callable[[Collection[UUID], Actor], frozenset[UUID]]
_MARK = re.compile(r"\[(\d{1,3})\]")
_BLOCKS = "\n\n"


def messages_for(actor: Actor) -> QuerySet[Message]:
    """Return messages with what `views_for` needs: citations, and the actor's own verdict."""
    own = Feedback.objects.filter(user_id=actor.user_id)
    asked = Message.objects.select_related("parent__referral").defer("parent__text", "parent__sources")
    rows: QuerySet[Message] = asked.prefetch_related(citations_in_order(), Prefetch("feedback", queryset=own))
    return rows


def citations_in_order() -> "Prefetch[str, QuerySet[Citation], str]":
    """Return the prefetch that `citations_of` needs."""
    return Prefetch("citations", queryset=Citation.objects.order_by("number"))


def views_for(actor: Actor, rows: Iterable[Message]) -> tuple[MessageView, ...]:
    """Return rows of `messages_for` as the actor may see them; call inside of `tenant_scope`."""
    return shown_to(actor, [_view(row) for row in rows])


def shown_to(actor: Actor, messages: Sequence[Shown]) -> tuple[Shown, ...]:
    """Return the messages in their order, without what the actor may not open any more."""
    wanted = {document for message in messages for document in _documents(message)}
    readable = readable_among(wanted, actor) if wanted else frozenset()
    return tuple(_withheld(message, readable) for message in messages)


def citations_of(row: Message) -> tuple[CitationData, ...]:
    """Return what a message cites, as it was when it was written."""
    return tuple(
        CitationData(
            citation.number,
            citation.passage_id,
            citation.document_id,
            citation.document_title,
            citation.quote,
            citation.start,
            citation.end,
        )
        for citation in row.citations.all()
    )


def _view(row: Message) -> MessageView:
    verdicts = list(row.feedback.all())
    return MessageView(
        id=row.id,
        parent_id=row.parent_id,
        role=MessageRole(row.role),
        text=row.text,
        status=MessageStatus(row.status),
        citations=citations_of(row),
        sources=tuple(row.sources),
        confidence=row.confidence,
        confidence_level=row.confidence_level,
        model=row.model,
        error_code=row.error_code,
        rating=verdicts[0].rating if verdicts else "",
        created_at=row.created_at,
        completed_at=row.completed_at,
        referral=_referral(row),
        grounds=Grounds.of(row.grounds),
    )


def _referral(row: Message) -> str:
    sent: Referral | None = getattr(row.parent, "referral", None)
    return sent.state if sent is not None and row.role == MessageRole.ASSISTANT else ""


def readable_among(documents: Collection[UUID], actor: Actor) -> frozenset[UUID]:
    """Return those of the documents that the actor may open now."""
    opened: DocumentAccess = import_string(settings.DOCUMENT_ACCESS)
    return opened(documents, actor)


def _documents(message: MessageView | StoredAnswer) -> set[UUID]:
    cited = {citation.document_id for citation in message.citations}
    return cited | {document_of(source) for source in message.sources}


def document_of(source: JSONObject) -> UUID:
    """Return the document, or the approved answer, that a stored source is of."""
    return UUID(str(source["document_id"]))


def _withheld(message: Shown, readable: frozenset[UUID]) -> Shown:
    if readable >= _documents(message):
        return message
    gone = {citation.number for citation in message.citations if citation.document_id not in readable}
    lost = [source for source in message.sources if document_of(source) not in readable]
    shown = _unsure(message) if gone or any(map(is_approval, lost)) else message
    return replace(
        shown,
        text=_text(message, gone, lost),
        citations=tuple(
            _emptied(citation) if citation.number in gone else citation for citation in message.citations
        ),
        sources=tuple(source for source in message.sources if document_of(source) in readable),
        is_withheld=True,
    )


def _unsure(message: Shown) -> Shown:
    """Return an answer without its confidence: what it was judged by is not shown any more."""
    return replace(message, confidence=0.0, confidence_level="none", grounds=NO_GROUNDS)


def _text(message: MessageView | StoredAnswer, gone: set[int], lost: Sequence[JSONObject]) -> str:
    if any(map(is_approval, lost)):
        return _no_longer()
    if message.status == MessageStatus.REFUSED:
        return _without_titles(message.text, [str(source["title"]) for source in lost])
    return _without_quotations(message.text, gone) if message.model == QUOTING else message.text


def _without_titles(text: str, titles: Sequence[str]) -> str:
    """Return a refusal whose list of the nearest documents does not name these."""
    named = set(titles)
    lines = [f"- {_no_longer()}" if line.lstrip("-• ") in named else line for line in text.split("\n")]
    return "\n".join(lines)


def _without_quotations(text: str, gone: set[int]) -> str:
    """Return an answer of quotations without those of these citations; each quotation ends with its mark."""
    kept: list[str] = []
    quotation: list[str] = []
    for block in text.split(_BLOCKS):
        quotation.append(block)
        numbers = [int(number) for number in _MARK.findall(block)]
        if numbers:
            lost = [f"[{number}]" for number in numbers if number in gone]
            kept += [f"{_no_longer()} {''.join(lost)}"] if lost else quotation
            quotation = []
    if quotation:  # cut off before its mark came: nobody can say whose words these are
        kept.append(_no_longer())
    return _BLOCKS.join(kept)


def _emptied(citation: CitationData) -> CitationData:
    return replace(citation, quote="", document_title=_no_longer())


def _no_longer() -> str:
    return gettext("A source that is no longer available")
