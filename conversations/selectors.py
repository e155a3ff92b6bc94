"""Everything that is read of conversations, as values; pages are keyset pages, newest first in the list."""

from uuid import UUID

from django.db.models import Prefetch, Q

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import NotFoundError
from conversations.access import get_conversation, get_message
from conversations.cursors import decode_cursor, encode_cursor
from conversations.models import Citation, Conversation, Feedback, Message
from conversations.types import (
    OPEN_STATUSES,
    CitationData,
    ConversationRef,
    HistoryItem,
    Inbox,
    MessagePage,
    MessageRole,
    MessageStatus,
    MessageView,
    StoredAnswer,
    Turn,
    Usage,
)


def inbox(
    *, actor: Actor, cursor: str | None = None, limit: int = 30, archived: bool = False, search: str = ""
) -> Inbox:
    """Return a page of the actor's conversations, latest first; `search` looks at titles and texts."""
    with tenant_scope(actor.organization_id):
        rows = Conversation.objects.filter(
            owner_id=actor.user_id, deleted_at=None, archived_at__isnull=not archived
        )
        if search.strip():
            words = search.strip()
            rows = rows.filter(Q(title__icontains=words) | Q(messages__text__icontains=words)).distinct()
        if cursor:
            moment, row_id = decode_cursor(cursor)
            rows = rows.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, id__lt=row_id))
        found = list(rows.order_by("-updated_at", "-id")[: limit + 1])
    items = found[:limit]
    more = encode_cursor(items[-1].updated_at, items[-1].id) if len(found) > limit else None
    return Inbox(tuple(conversation_ref(row) for row in items), more)


def conversation_ref(row: Conversation) -> ConversationRef:
    """Return a conversation as a line of the list."""
    return ConversationRef(
        row.id, row.session_id, row.title, row.pinned, row.archived_at is not None, row.updated_at
    )


def message_page(
    *, actor: Actor, conversation_id: UUID, before: str | None = None, limit: int = 50
) -> MessagePage:
    """Return a page of a conversation's messages, oldest first, the latest page by default; NotFoundError."""
    get_conversation(conversation_id=conversation_id, actor=actor)
    with tenant_scope(actor.organization_id):
        rows = _with_details(actor).filter(conversation_id=conversation_id)
        if before:
            moment, row_id = decode_cursor(before)
            rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=row_id))
        found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    items = found[:limit][::-1]
    earlier = encode_cursor(items[0].created_at, items[0].id) if len(found) > limit else None
    return MessagePage(tuple(_view(row) for row in items), earlier)


def message_view(*, actor: Actor, message_id: UUID) -> MessageView:
    """Return one message of the actor's; raise NotFoundError."""
    get_message(message_id=message_id, actor=actor)
    with tenant_scope(actor.organization_id):
        return _view(_with_details(actor).get(pk=message_id))


def _with_details(actor: Actor):  # type: ignore[no-untyped-def]
    own = Feedback.objects.filter(user_id=actor.user_id)
    return Message.objects.prefetch_related(
        Prefetch("citations", queryset=Citation.objects.order_by("number")),
        Prefetch("feedback", queryset=own),
    )


def _view(row: Message) -> MessageView:
    verdicts = list(row.feedback.all())
    return MessageView(
        id=row.id,
        parent_id=row.parent_id,
        role=MessageRole(row.role),
        text=row.text,
        status=MessageStatus(row.status),
        citations=_citations(row),
        sources=tuple(row.sources),
        confidence=row.confidence,
        confidence_level=row.confidence_level,
        model=row.model,
        rating=verdicts[0].rating if verdicts else "",
        created_at=row.created_at,
    )


def _citations(row: Message) -> tuple[CitationData, ...]:
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


def stored_answer(*, actor: Actor, answer_id: UUID) -> StoredAnswer:
    """Return an answer of the actor's as it is stored now; raise NotFoundError, also for a question's id."""
    conversation = get_message(message_id=answer_id, actor=actor).conversation
    with tenant_scope(actor.organization_id):
        row = _with_details(actor).get(pk=answer_id)
        if row.role != MessageRole.ASSISTANT:
            raise NotFoundError
        return _stored(row, conversation)


def _stored(row: Message, conversation: Conversation) -> StoredAnswer:
    return StoredAnswer(
        answer_id=row.id,
        question_id=row.parent_id or row.id,
        conversation_id=conversation.id,
        session_id=conversation.session_id,
        status=MessageStatus(row.status),
        text=row.text,
        citations=_citations(row),
        sources=tuple(row.sources),
        confidence=row.confidence,
        confidence_level=row.confidence_level,
        usage=Usage(row.prompt_tokens, row.completion_tokens),
        model=row.model,
        error_code=row.error_code,
        created_at=row.created_at,
        completed_at=row.completed_at,
    )


def recent_history(*, turn: Turn, limit: int) -> tuple[HistoryItem, ...]:
    """Return what was said before the turn's question along its branch, oldest first, at most `limit`
    items."""
    with tenant_scope(turn.organization_id):
        fields = Message.objects.filter(conversation_id=turn.conversation_id).only(
            "id", "parent", "role", "text", "status"
        )
        found = fields.order_by("-created_at")[: limit * 4]
        by_id = {row.id: row for row in found}
    items: list[HistoryItem] = []
    asked = by_id.get(turn.question_id)
    row = by_id.get(asked.parent_id) if asked is not None and asked.parent_id else None
    while row is not None and len(items) < limit:
        if row.text and row.status not in OPEN_STATUSES:
            items.append(HistoryItem("user" if row.role == MessageRole.USER else "assistant", row.text))
        row = by_id.get(row.parent_id) if row.parent_id else None
    return tuple(items[::-1])


def closed_turn(*, organization_id: UUID, answer_id: UUID) -> tuple[StoredAnswer, str, UUID] | None:
    """Return an answer with its question's text and author, for handlers of the outbox; None when it is
    gone."""
    with tenant_scope(organization_id):
        rows = Message.objects.select_related("conversation", "parent").prefetch_related("citations")
        row = rows.filter(pk=answer_id, role=MessageRole.ASSISTANT).first()
        if row is None or row.parent is None:
            return None
        return _stored(row, row.conversation), row.parent.text, row.author_id
