"""What people do with their conversations beside talking: begin, name, pin, archive, delete, judge."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from accounts import audit
from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel import outbox
from config.kernel.errors import NotFoundError
from config.kernel.text import clean_text
from conversations.access import get_answer, get_conversation
from conversations.errors import AnswerInProgressError
from conversations.models import (
    COMMENT_MAX_LENGTH,
    REASON_MAX_LENGTH,
    TITLE_MAX_LENGTH,
    Conversation,
    Feedback,
)
from conversations.naming import check_session_id, named_conversation
from conversations.signals import tell_of_conversation, tell_of_deletion
from conversations.types import OPEN_STATUSES

MESSAGE_RATED = "message.rated"
CONVERSATION_CHANGED = "conversation.changed"
CONVERSATION_DELETED = "conversation.deleted"
CONVERSATION_RESTORED = "conversation.restored"


@dataclass(frozen=True, slots=True)
class ConversationChanges:
    """None leaves a property as it is."""

    title: str | None = None
    pinned: bool | None = None
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody thought of an answer; `rating` is a value of `types.Rating`."""

    rating: str
    reason: str = ""
    comment: str = ""


def create_conversation(
    *, actor: Actor, title: str = "", session_id: str | None = None
) -> tuple[Conversation, bool]:
    """Return the actor's conversation of that name, and whether it is new; an existing one stays as it is.

    Without a title the first question gives it one. Raises InvalidSessionIdError, the errors of
    `clean_text`.
    """
    check_session_id(session_id)
    name = _cleaned(title, max_length=TITLE_MAX_LENGTH, field="title")
    with tenant_scope(actor.organization_id), transaction.atomic():
        conversation, is_new = named_conversation(actor=actor, session_id=session_id)
        if is_new:
            tell_of_conversation(owner_id=actor.user_id, conversation_id=conversation.pk)
        if is_new and name:
            _save_title(conversation, name)
    return conversation, is_new


def change_conversation(*, actor: Actor, conversation_id: UUID, changes: ConversationChanges) -> Conversation:
    """Rename, pin or archive; raises NotFoundError and the errors of `clean_text`."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        conversation = get_conversation(conversation_id=conversation_id, actor=actor)
        if changes.title is not None:
            _save_title(conversation, clean_text(changes.title, max_length=TITLE_MAX_LENGTH, field="title"))
        # Only what is changed is written: another page may be changing the rest.
        if changes.pinned is not None:
            conversation.pinned = changes.pinned
            conversation.save(update_fields=["pinned"])
        if changes.archived is not None:
            conversation.archived_at = now() if changes.archived else None
            conversation.save(update_fields=["archived_at"])
        tell_of(CONVERSATION_CHANGED, conversation)
    return conversation


def _save_title(conversation: Conversation, title: str) -> None:
    conversation.title, conversation.title_is_automatic = title, False
    conversation.save(update_fields=["title", "title_is_automatic"])


def delete_conversation(*, actor: Actor, conversation_id: UUID) -> None:
    """Take a conversation away from every list and door; raises NotFoundError."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        conversation = get_conversation(conversation_id=conversation_id, actor=actor)
        Conversation.objects.filter(pk=conversation.pk).update(deleted_at=now())
        tell_of(CONVERSATION_DELETED, conversation)
        audit.record("conversation.deleted", actor_id=actor.user_id, target=conversation.pk)


def restore_conversation(*, actor: Actor, conversation_id: UUID) -> Conversation:
    """Undo a deletion; a session id that was given away meanwhile is replaced by a new one.

    Raises NotFoundError for a conversation that is not the actor's or has expired; one that is not deleted
    stays as it is.
    """
    with tenant_scope(actor.organization_id), transaction.atomic():
        return _restore(actor, Conversation.objects.filter(owner_id=actor.user_id), conversation_id)


def give_back(*, actor: Actor, conversation_id: UUID) -> Conversation:
    """Undo somebody's deletion for them, as a manager; its owner alone reads it.

    Raises PermissionDeniedError, and NotFoundError for what has expired.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        return _restore(actor, Conversation.objects.all(), conversation_id)


def _restore(actor: Actor, rows: QuerySet[Conversation], conversation_id: UUID) -> Conversation:
    living = rows.select_for_update(of=("self",)).filter(pk=conversation_id, expired_at=None)
    conversation: Conversation | None = living.first()
    if conversation is None:
        raise NotFoundError
    if conversation.deleted_at is not None:
        tell_of(CONVERSATION_RESTORED, conversation)
        audit.record("conversation.restored", actor_id=actor.user_id, target=conversation.pk)
    conversation.deleted_at = None
    try:
        with transaction.atomic():
            conversation.save(update_fields=["deleted_at"])
    except IntegrityError:
        conversation.session_id = str(uuid4())  # its own id may be the name that was given away
        conversation.save(update_fields=["deleted_at", "session_id"])
    return conversation


def tell_of(event: str, conversation: Conversation) -> None:
    """Tell the sinks and the owner's other tabs; call in the transaction of the change."""
    payload = {"conversation_id": str(conversation.pk)}
    outbox.emit(event, organization_id=conversation.organization_id, payload={**payload})
    tell = tell_of_deletion if event == CONVERSATION_DELETED else tell_of_conversation
    tell(owner_id=conversation.owner_id, conversation_id=conversation.pk)


def rate_message(*, actor: Actor, message_id: UUID, verdict: Verdict) -> Feedback:
    """Keep the actor's verdict on an answer, in place of an earlier one.

    Raises NotFoundError, the errors of `clean_text`, AnswerInProgressError for an answer that is still being
    written: it has no day yet that its verdict could be counted on.
    """
    message = get_answer(answer_id=message_id, actor=actor)
    if message.status in OPEN_STATUSES:
        raise AnswerInProgressError
    reason = _cleaned(verdict.reason, max_length=REASON_MAX_LENGTH, field="reason")
    comment = _cleaned(verdict.comment, max_length=COMMENT_MAX_LENGTH, field="comment")
    fields = {"rating": verdict.rating, "reason": reason, "comment": comment}
    with tenant_scope(actor.organization_id), transaction.atomic():
        feedback, is_new = Feedback.objects.get_or_create(
            message_id=message.pk,
            user_id=actor.user_id,
            defaults={"organization_id": actor.organization_id, **fields},
        )
        previous = ""
        if not is_new:
            feedback = Feedback.objects.select_for_update().get(pk=feedback.pk)
            previous = feedback.rating
            Feedback.objects.filter(pk=feedback.pk).update(**fields)
        _tell(actor, message_id, rating=verdict.rating, previous=previous)
        tell_of(CONVERSATION_CHANGED, message.conversation)
        feedback.rating, feedback.reason, feedback.comment = verdict.rating, reason, comment
    found: Feedback = feedback
    return found


def _cleaned(words: str, *, max_length: int, field: str) -> str:
    return clean_text(words, max_length=max_length, field=field) if words.strip() else ""


def withdraw_rating(*, actor: Actor, message_id: UUID) -> None:
    """Forget the actor's verdict, if there is one; raises NotFoundError for an answer of somebody else."""
    message = get_answer(answer_id=message_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        own = Feedback.objects.select_for_update().filter(message_id=message.pk, user_id=actor.user_id)
        feedback = own.first()
        if feedback is not None:
            feedback.delete()
            _tell(actor, message_id, rating="", previous=feedback.rating)
            tell_of(CONVERSATION_CHANGED, message.conversation)


def _tell(actor: Actor, message_id: UUID, *, rating: str, previous: str) -> None:
    if rating != previous:
        outbox.emit(
            MESSAGE_RATED,
            organization_id=actor.organization_id,
            payload={"answer_id": str(message_id), "rating": rating, "previous": previous},
        )
