"""What a person does in one tab is told to the others, and to nobody else."""

from collections.abc import Callable

import pytest

from accounts.access import actor_of
from accounts.models import User
from config.kernel.database import in_database
from conversations.organizing import ConversationChanges, change_conversation
from tests.chatbot.conftest import Chat

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_question_and_a_new_name_are_told_to_the_other_tab(
    chat: Callable[[User], Chat], member: User
) -> None:
    async with chat(member) as one, chat(member) as other:
        await other.until("hello")  # from then on it is told
        accepted = await one.ask()
        told = await other.event("turn")
        assert told["answer_id"] == accepted["answer_id"]
        assert told["question_id"] == accepted["question_id"]
        await in_database(change_conversation)(
            actor=actor_of(member),
            conversation_id=accepted["conversation_id"],
            changes=ConversationChanges(title="חופשות"),
        )
        assert (await other.event("conversation"))["conversation_id"] == accepted["conversation_id"]


async def test_others_are_told_of_their_own_conversations_alone(
    chat: Callable[[User], Chat], member: User, stranger: User
) -> None:
    async with chat(member) as one, chat(stranger) as other, chat(stranger) as listening:
        await listening.until("hello")
        theirs = await one.ask()
        own = await other.ask()
        assert own["conversation_id"] != theirs["conversation_id"]
        assert (await listening.event("turn"))["conversation_id"] == own["conversation_id"]
