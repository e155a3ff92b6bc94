"""An answer that is being written is its asker's alone, like one that has ended."""

from collections.abc import Callable

import pytest

from accounts.models import User
from tests.chatbot.conftest import Chat
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]


async def test_nobody_else_follows_an_answer_that_is_being_written(
    chat: ChatOf, member: User, stranger: User, ollama: FakeOllama
) -> None:
    async with chat(member) as talk, chat(stranger) as other:
        accepted = await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await other.until("hello")
        await other.send("resume", answer_id=accepted["answer_id"], after_seq=0)
        assert (await other.receive())["code"] == "not_found"
        ollama.allow(100)
        assert (await talk.until("done"))[-1]["status"] == "complete"
