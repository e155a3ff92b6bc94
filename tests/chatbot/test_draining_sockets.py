"""A process that goes away sends its sockets elsewhere and lets what it writes be read to its end."""

import asyncio
from collections.abc import Callable

import pytest

from accounts.models import User
from chatbot.supervisor import Supervisor, get_supervisor
from tests.chatbot.conftest import Chat
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]


@pytest.fixture
async def supervisor(ollama: FakeOllama) -> Supervisor:
    """Return the supervisor of a process that answers by the scripted model."""
    return get_supervisor()


async def test_the_answer_ends_as_if_nothing_were(
    chat: ChatOf, member: User, ollama: FakeOllama, supervisor: Supervisor
) -> None:
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        draining = asyncio.create_task(supervisor.drain(60))
        told = (await talk.until("reconnect"))[-1]
        ollama.allow(20)
        done = (await talk.until("done"))[-1]
        await asyncio.wait_for(draining, 20)
    assert 0 < told["after_ms"] <= 2000
    assert done["status"] == "complete"


async def test_a_new_question_is_refused_and_led_elsewhere(
    chat: ChatOf, member: User, supervisor: Supervisor
) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        await supervisor.drain(60)
        await talk.until("reconnect")
        await talk.send("ask", client_id="q1", text="מתי?")
        refused, led = await talk.until("reconnect")
    assert (refused["code"], refused["client_id"], refused["retry_after"]) == ("draining", "q1", 2)
    assert led["type"] == "reconnect"


async def test_who_comes_while_it_drains_is_led_elsewhere(
    chat: ChatOf, member: User, supervisor: Supervisor
) -> None:
    await supervisor.drain(60)
    async with chat(member) as talk:
        assert [frame["type"] for frame in await talk.until("reconnect")] == ["hello", "reconnect"]


async def test_what_outlasts_the_time_is_kept_as_interrupted(
    chat: ChatOf, member: User, ollama: FakeOllama, supervisor: Supervisor
) -> None:
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await supervisor.drain(0)
        assert (await talk.until("done"))[-1]["status"] == "interrupted"
