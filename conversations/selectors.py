"""Everything that is read of conversations, as values; pages are keyset pages, newest first in the list."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from conversations import memory, searching
from conversations.access import get_answer, get_conversation, get_message
from conversations.cursors import Place, decode_cursor
from conversations.grounds import Grounds
from conversations.models import Conversation, Message
from conversations.showing import citations_in_order, citations_of, messages_for, shown_to, views_for
from conversations.types import (
    OPEN_STATUSES,
    AnswerState,
    ClosedTurn,
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
    """Return a page of the actor's conversations, pinned ones first, then the latest.

    `search` looks at titles and texts, and each line then says where. Raises InvalidCursorError.
    """
    with tenant_scope(actor.organization_id):
        rows = Conversation.objects.filter(
            owner_id=actor.user_id, deleted_at=None, archived_at__isnull=not archived
        )
        words = search.strip()
        if words:
            said = searching.shown_with(actor, words)
            rows = rows.filter(searching.mentions(said, words))
        if cursor:
            place = decode_cursor(cursor)
            further = Q(pinned=place.pinned) & place.older("updated_at")
            rows = rows.filter(further | Q(pinned=False) if place.pinned else further)
        found = list(rows.order_by("-pinned", "-updated_at", "-id")[: limit + 1])
        items = found[:limit]
        refs = tuple(conversation_ref(row) for row in items)
        if words:
            refs = searching.with_places(actor, refs, words, said)
    more = Place(items[-1].updated_at, items[-1].id, items[-1].pinned) if len(found) > limit else None
    return Inbox(refs, more.encode() if more else None)


def conversation_ref(row: Conversation) -> ConversationRef:
    """Return a conversation as a line of the list."""
    return ConversationRef(
        row.id, row.session_id, row.title, row.pinned, row.archived_at is not None, row.updated_at
    )


def message_page(
    *, actor: Actor, conversation_id: UUID, before: str | None = None, limit: int = 50
) -> MessagePage:
    """Return a page of a conversation's messages, oldest first, the latest page by default.

    Raises NotFoundError for a conversation that is not the actor's, InvalidCursorError.
    """
    get_conversation(conversation_id=conversation_id, actor=actor)
    with tenant_scope(actor.organization_id):
        rows = messages_for(actor).filter(conversation_id=conversation_id)
        if before:
            rows = rows.filter(decode_cursor(before, field="before").older("created_at"))
        found = list(rows.order_by("-created_at", "-id")[: limit + 1])
        items = found[:limit][::-1]
        earlier = Place(items[0].created_at, items[0].id).encode() if len(found) > limit else None
        return MessagePage(views_for(actor, items), earlier)


def message_view(*, actor: Actor, message_id: UUID) -> MessageView:
    """Return one message of the actor's; raise NotFoundError."""
    get_message(message_id=message_id, actor=actor)
    with tenant_scope(actor.organization_id):
        [shown] = views_for(actor, [messages_for(actor).get(pk=message_id)])
        return shown


def answer_state(*, actor: Actor, answer_id: UUID) -> AnswerState:
    """Return where an answer of the actor's stands; raise NotFoundError, also for a question's id."""
    answer = get_answer(answer_id=answer_id, actor=actor)
    return AnswerState(MessageStatus(answer.status), answer.error_code, answer.completed_at)


def stored_answer(*, actor: Actor, answer_id: UUID) -> StoredAnswer:
    """Return an answer of the actor's as it is stored now; raise NotFoundError, also for a question's id."""
    conversation = get_answer(answer_id=answer_id, actor=actor).conversation
    with tenant_scope(actor.organization_id):
        [shown] = shown_to(actor, [_stored(messages_for(actor).get(pk=answer_id), conversation)])
        return shown


def _stored(row: Message, conversation: Conversation) -> StoredAnswer:
    return StoredAnswer(
        answer_id=row.id,
        question_id=row.parent_id or row.id,
        conversation_id=conversation.id,
        session_id=conversation.session_id,
        status=MessageStatus(row.status),
        text=row.text,
        citations=citations_of(row),
        sources=tuple(row.sources),
        confidence=row.confidence,
        confidence_level=row.confidence_level,
        usage=Usage(row.prompt_tokens, row.completion_tokens),
        model=row.model,
        error_code=row.error_code,
        created_at=row.created_at,
        completed_at=row.completed_at,
        grounds=Grounds.of(row.grounds),
    )


def recent_history(*, turn: Turn, limit: int) -> tuple[HistoryItem, ...]:
    """Return what was said before the turn's question along its branch, oldest first, at most `limit`
    items.
    """
    with tenant_scope(turn.organization_id):
        asked = Message.objects.filter(pk=turn.question_id).values_list("parent_id", flat=True)
        last: UUID | None = asked.first()
        return memory.branch_until(last, limit=limit) if last is not None else ()


def known_ids(organization_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that a conversation or a message has, deleted ones too."""
    with tenant_scope(organization_id):
        return {
            each
            for table in (Conversation, Message)
            for each in table.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)
        }


def closed_turn(*, organization_id: UUID, answer_id: UUID) -> ClosedTurn | None:
    """Return a closed answer with its question, for handlers of the outbox; None when it is gone."""
    with tenant_scope(organization_id):
        rows = Message.objects.select_related("conversation", "parent").prefetch_related(citations_in_order())
        closed = rows.filter(pk=answer_id, role=MessageRole.ASSISTANT).exclude(status__in=OPEN_STATUSES)
        row: Message | None = closed.first()
        if row is None or row.parent is None:
            return None
        return ClosedTurn(
            answer=_stored(row, row.conversation),
            question=row.parent.text,
            asked_at=row.parent.created_at,
            asked_after=row.parent.parent_id,
            title=row.conversation.title,
            user_id=row.author_id,
        )
