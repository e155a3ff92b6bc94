"""A conversation as a file to keep: for people (Markdown, Word) one of its branches, for programs all."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from accounts import audit
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.hebrew.direction import dominant_direction
from config.kernel.readable import readable
from conversations.access import get_conversation
from conversations.branches import end_of_branch, upwards
from conversations.docx import Block, document, plain
from conversations.enclosed import enclosed
from conversations.models import Conversation
from conversations.serializers import MessageSerializer
from conversations.showing import messages_for, views_for
from conversations.types import MessageRole, MessageView
from conversations.word_blocks import blocks_of

READ_AT_ONCE = 200
_NAME_LENGTH = 80
_MESSAGE_LEVEL = 2  # of the heading above each message
_LINE = "\n"
_UNNAMABLE = re.compile(r"[^\w\s()\-–.,'״׳]+")


@dataclass(frozen=True, slots=True)
class Export:
    """A file: what it is called, what it is, and what is in it."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Source:
    """What a file is written from: of the branches of a conversation the one through a message."""

    actor: Actor
    conversation: Conversation
    title: str
    through: UUID | None


def export_conversation(
    *, actor: Actor, conversation_id: UUID, kind: str, through: UUID | None = None
) -> Export:
    """Return the actor's conversation in a form of KINDS; raises NotFoundError.

    For people it is the branch through a message, by default the one where something was said last.
    """
    conversation = get_conversation(conversation_id=conversation_id, actor=actor)
    extension, content_type, write = KINDS[kind]
    title = conversation.title or gettext("Untitled conversation")
    with tenant_scope(actor.organization_id):
        audit.record("conversation.exported", actor_id=actor.user_id, target=conversation.pk)
    name = " ".join(_UNNAMABLE.sub(" ", title).split())[:_NAME_LENGTH].strip(" .") or str(conversation.pk)
    source = Source(actor, conversation, title, through)
    return Export(f"{name}.{extension}", content_type, write(source))


def _markdown(source: Source) -> bytes:
    lines = [f"# {source.title}", ""]
    for message in _branch(source):
        lines += [f"## {_heading(message)}", "", enclosed(message.text, below=_MESSAGE_LEVEL), ""]
        for citation in message.citations:
            quote = readable(citation.quote)
            lines += [f"> [{citation.number}] **{citation.document_title}**: {quote}", ""]
    text = "\n".join(lines)
    if dominant_direction(text) == "rtl":
        text = f'<div dir="rtl">\n\n{text}\n</div>\n'
    return text.encode()


def _word(source: Source) -> bytes:
    blocks: list[Block] = [plain(source.title, "Title")]
    for message in _branch(source):
        blocks.append(plain(_heading(message), "Heading1"))
        is_question = message.role == MessageRole.USER  # which stands as it was typed
        blocks += [plain(message.text)] if is_question else blocks_of(message.text)
        blocks += [
            plain(f"[{each.number}] {each.document_title}: {readable(each.quote, between=_LINE)}", "Quote")
            for each in message.citations
        ]
    return document(blocks)


def _heading(message: MessageView) -> str:
    moment = localtime(message.created_at)
    heading = f"{message.role.label} · {date_format(moment, 'SHORT_DATETIME_FORMAT')}"
    return f"{heading} · {gettext('Approved answer')}" if message.approval else heading


def _branch(source: Source) -> tuple[MessageView, ...]:
    actor, conversation_id = source.actor, source.conversation.pk
    with tenant_scope(actor.organization_id):
        rows = messages_for(actor).filter(conversation_id=conversation_id)
        found = list(upwards(rows, end_of_branch(conversation_id, source.through), window=READ_AT_ONCE))
        return views_for(actor, reversed(found))


def _json(source: Source) -> bytes:
    actor, conversation = source.actor, source.conversation
    with tenant_scope(actor.organization_id):
        rows = messages_for(actor).filter(conversation_id=conversation.pk).order_by("created_at", "id")
        messages = views_for(actor, rows.iterator(chunk_size=READ_AT_ONCE))
    body = {
        "id": str(conversation.pk),
        "session_id": conversation.session_id,
        "title": source.title,
        "created_at": conversation.created_at.isoformat(),
        "messages": MessageSerializer(messages, many=True).data,
    }
    return json.dumps(body, ensure_ascii=False, indent=2, default=str).encode()


Writer = Callable[[Source], bytes]
KINDS: dict[str, tuple[str, str, Writer]] = {  # extension, content type, how it is written
    "markdown": ("md", "text/markdown; charset=utf-8", _markdown),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _word),
    "json": ("json", "application/json; charset=utf-8", _json),
}
