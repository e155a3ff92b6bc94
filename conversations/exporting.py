"""A conversation as a file to keep: for people (Markdown, Word) its latest branch, for programs all."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from accounts import audit
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.hebrew.direction import dominant_direction
from conversations.access import get_conversation
from conversations.branches import end_of_branch, upwards
from conversations.docx import Paragraph, document
from conversations.models import Conversation
from conversations.serializers import MessageSerializer
from conversations.showing import messages_for, views_for
from conversations.types import MessageRole, MessageView

READ_AT_ONCE = 200
_NAME_LENGTH = 80
_UNNAMABLE = re.compile(r"[^\w\s()\-–.,'״׳]+")
_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_QUOTED = re.compile(r"(?:>\s*)+")
_FENCE = re.compile(r"\s*(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class Export:
    """A file: what it is called, what it is, and what is in it."""

    name: str
    content_type: str
    content: bytes


def export_conversation(*, actor: Actor, conversation_id: UUID, kind: str) -> Export:
    """Return the actor's conversation in a form of KINDS; raises NotFoundError."""
    conversation = get_conversation(conversation_id=conversation_id, actor=actor)
    extension, content_type, write = KINDS[kind]
    title = conversation.title or gettext("Untitled conversation")
    with tenant_scope(actor.organization_id):
        audit.record("conversation.exported", actor_id=actor.user_id, target=conversation.pk)
    name = " ".join(_UNNAMABLE.sub(" ", title).split())[:_NAME_LENGTH].strip(" .") or str(conversation.pk)
    return Export(f"{name}.{extension}", content_type, write(actor, conversation, title))


def _markdown(actor: Actor, conversation: Conversation, title: str) -> bytes:
    lines = [f"# {title}", ""]
    for message in _branch(actor, conversation):
        lines += [f"## {_heading(message)}", "", message.text, ""]
        for citation in message.citations:
            quote = " ".join(citation.quote.split())
            lines += [f"> [{citation.number}] **{citation.document_title}**: {quote}", ""]
    text = "\n".join(lines)
    if dominant_direction(text) == "rtl":
        text = f'<div dir="rtl">\n\n{text}\n</div>\n'
    return text.encode()


def _word(actor: Actor, conversation: Conversation, title: str) -> bytes:
    paragraphs = [Paragraph(title, "Title")]
    for message in _branch(actor, conversation):
        paragraphs.append(Paragraph(_heading(message), "Heading1"))
        paragraphs += _paragraphs(message)
        paragraphs += [
            Paragraph(f"[{citation.number}] {citation.document_title}: {citation.quote}", "Quote")
            for citation in message.citations
        ]
    return document(paragraphs)


def _paragraphs(message: MessageView) -> Iterator[Paragraph]:
    """Yield a question as it was typed, and an answer's Markdown block by block, without its signs."""
    if message.role == MessageRole.USER:
        yield Paragraph(message.text)
        return
    is_code = False
    for line in message.text.splitlines():
        if _FENCE.match(line):
            is_code = not is_code
        elif is_code:
            yield Paragraph(line, "Code")
        elif line.strip():
            yield _block(line.strip().replace("**", ""))


def _block(line: str) -> Paragraph:
    if heading := _HEADING.match(line):
        return Paragraph(line[heading.end() :], "Heading2")
    if quoted := _QUOTED.match(line):
        return Paragraph(line[quoted.end() :], "Quote")
    if item := _ITEM.match(line):
        sign = "•" if item.group()[0] in "-*+" else item.group().strip()
        return Paragraph(f"{sign} {line[item.end() :]}", "ListParagraph")
    return Paragraph(line)


def _heading(message: MessageView) -> str:
    moment = localtime(message.created_at)
    heading = f"{message.role.label} · {date_format(moment, 'SHORT_DATETIME_FORMAT')}"
    return f"{heading} · {gettext('Approved answer')}" if message.approval else heading


def _branch(actor: Actor, conversation: Conversation) -> tuple[MessageView, ...]:
    with tenant_scope(actor.organization_id):
        rows = messages_for(actor).filter(conversation_id=conversation.pk)
        found = list(upwards(rows, end_of_branch(conversation.pk, None), window=READ_AT_ONCE))
        return views_for(actor, reversed(found))


def _json(actor: Actor, conversation: Conversation, title: str) -> bytes:
    with tenant_scope(actor.organization_id):
        rows = messages_for(actor).filter(conversation_id=conversation.pk).order_by("created_at", "id")
        messages = views_for(actor, rows.iterator(chunk_size=READ_AT_ONCE))
    body = {
        "id": str(conversation.pk),
        "session_id": conversation.session_id,
        "title": title,
        "created_at": conversation.created_at.isoformat(),
        "messages": MessageSerializer(messages, many=True).data,
    }
    return json.dumps(body, ensure_ascii=False, indent=2, default=str).encode()


Writer = Callable[[Actor, Conversation, str], bytes]
KINDS: dict[str, tuple[str, str, Writer]] = {  # extension, content type, how it is written
    "markdown": ("md", "text/markdown; charset=utf-8", _markdown),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _word),
    "json": ("json", "application/json; charset=utf-8", _json),
}
