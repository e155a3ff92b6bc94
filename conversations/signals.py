"""What the other tabs of a person are told: that a conversation changed, that a question was asked."""

from uuid import UUID

from config.kernel.signals import group_of, tell_after_commit
from conversations.types import Turn

CONVERSATION = "conversation"
DELETED = "conversation_deleted"
TURN = "turn"


def tell_of_conversation(*, owner_id: UUID, conversation_id: UUID) -> None:
    """Say that a line of the list is new or different."""
    tell_after_commit(group_of(owner_id), CONVERSATION, conversation_id=str(conversation_id))


def tell_of_deletion(*, owner_id: UUID, conversation_id: UUID) -> None:
    """Say that a line of the list is gone: asking for it would find nothing."""
    tell_after_commit(group_of(owner_id), DELETED, conversation_id=str(conversation_id))


def tell_of_turn(turn: Turn) -> None:
    """Say that an answer is being written, which every tab of its conversation may show."""
    tell_after_commit(
        group_of(turn.user_id),
        TURN,
        conversation_id=str(turn.conversation_id),
        question_id=str(turn.question_id),
        answer_id=str(turn.answer_id),
    )
