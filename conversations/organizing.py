"""What people do with their conversations after the talk: name, pin, archive, delete, judge."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import NotFoundError
from config.kernel.text import clean_text
from conversations.access import get_conversation, get_message
from conversations.models import Conversation, Feedback
from conversations.types import MessageRole

TITLE_MAX_LENGTH = 200
COMMENT_MAX_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class ConversationChanges:
    """None leaves a property as it is."""

    title: str | None = None
    pinned: bool | None = None
    archived: bool | None = None


def change_conversation(*, actor: Actor, conversation_id: UUID, changes: ConversationChanges) -> Conversation:
    """Rename, pin or archive; raises NotFoundError and the errors of `clean_text`."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        conversation = get_conversation(conversation_id=conversation_id, actor=actor)
        if changes.title is not None:
            conversation.title = clean_text(changes.title, max_length=TITLE_MAX_LENGTH, field="title")
        if changes.pinned is not None:
            conversation.pinned = changes.pinned
        if changes.archived is not None:
            conversation.archived_at = now() if changes.archived else None
        conversation.save(update_fields=["title", "pinned", "archived_at"])
    return conversation


def delete_conversation(*, actor: Actor, conversation_id: UUID) -> None:
    """Take a conversation away from every list and door; raises NotFoundError."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        conversation = get_conversation(conversation_id=conversation_id, actor=actor)
        Conversation.objects.filter(pk=conversation.pk).update(deleted_at=now())


def rate_message(
    *, actor: Actor, message_id: UUID, rating: str, reason: str = "", comment: str = ""
) -> Feedback:
    """Keep the actor's verdict on an answer, in place of an earlier one; raises NotFoundError."""
    message = get_message(message_id=message_id, actor=actor)
    if message.role != MessageRole.ASSISTANT:
        raise NotFoundError
    words = clean_text(comment, max_length=COMMENT_MAX_LENGTH, field="comment") if comment.strip() else ""
    with tenant_scope(actor.organization_id), transaction.atomic():
        feedback: Feedback = Feedback.objects.update_or_create(
            message_id=message.pk,
            user_id=actor.user_id,
            defaults={"rating": rating, "reason": reason, "comment": words},
            create_defaults={
                "organization_id": actor.organization_id,
                "rating": rating,
                "reason": reason,
                "comment": words,
            },
        )[0]
    return feedback


def withdraw_rating(*, actor: Actor, message_id: UUID) -> None:
    """Forget the actor's verdict; raises NotFoundError for a foreign answer only."""
    message = get_message(message_id=message_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        Feedback.objects.filter(message_id=message.pk, user_id=actor.user_id).delete()
