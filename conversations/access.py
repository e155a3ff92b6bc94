"""The doors: a conversation and its messages open to their owner alone; absent, deleted and foreign look
alike."""

from uuid import UUID

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import NotFoundError
from conversations.models import Conversation, Message
from conversations.types import MessageRole


def get_conversation(*, conversation_id: UUID, actor: Actor) -> Conversation:
    """Return the actor's conversation; raise NotFoundError."""
    with tenant_scope(actor.organization_id):
        found: Conversation | None = Conversation.objects.filter(
            pk=conversation_id, owner_id=actor.user_id, deleted_at=None
        ).first()
    if found is None:
        raise NotFoundError
    return found


def get_message(*, message_id: UUID, actor: Actor) -> Message:
    """Return a message of one of the actor's conversations; raise NotFoundError."""
    with tenant_scope(actor.organization_id):
        found: Message | None = (
            Message.objects.select_related("conversation")
            .filter(pk=message_id, conversation__owner_id=actor.user_id, conversation__deleted_at=None)
            .first()
        )
    if found is None:
        raise NotFoundError
    return found


def get_answer(*, answer_id: UUID, actor: Actor) -> Message:
    """Return an answer in one of the actor's conversations; raise NotFoundError, also for a question's id."""
    message = get_message(message_id=answer_id, actor=actor)
    if message.role != MessageRole.ASSISTANT:
        raise NotFoundError
    return message
