"""A process that goes away sends its sockets elsewhere and lets what it writes be read to its end."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from accounts.access import actor_of
from accounts.models import User
from chatbot.answers import Question, admit, ask
from chatbot.supervisor import DrainingError, Supervisor, get_supervisor
from config.kernel.database import in_database
from conversations import services
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


async def test_an_answer_that_was_stopped_twice_is_stored_before_the_process_ends(
    chat: ChatOf,
    member: User,
    ollama: FakeOllama,
    supervisor: Supervisor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closing, may_close = threading.Event(), threading.Event()
    close_turn = services.close_turn

    def close_late(**kwargs: Any) -> bool:
        closing.set()
        may_close.wait(20)
        return close_turn(**kwargs)

    monkeypatch.setattr(services, "close_turn", close_late)
    async with chat(member) as talk:
        answer_id = UUID((await talk.ask())["answer_id"])
        ollama.allow(2)
        await talk.until("delta")
        await supervisor.stop(answer_id)
        await asyncio.to_thread(closing.wait, 20)
        await supervisor.stop(answer_id)
        draining = asyncio.create_task(supervisor.drain(20))
        await talk.until("reconnect")
        assert supervisor.writes(answer_id)
        may_close.set()
        await draining
        assert (await talk.until("done"))[-1]["status"] == "stopped"


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


class Unreading:
    """A socket that has taken nothing for so long that sending waits."""

    async def say_reconnect(self) -> None:
        await asyncio.Event().wait()


async def test_a_socket_that_reads_nothing_keeps_nobody_waiting(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot.supervisor.TELLING_SECONDS", 0.01)
    supervisor.listeners.add(Unreading())
    await asyncio.wait_for(supervisor.drain(60), 20)


async def test_a_question_that_was_admitted_before_is_stored_no_more(
    member: User, supervisor: Supervisor
) -> None:
    actor = await in_database(actor_of)(member)
    await admit(actor)
    await supervisor.drain(60)
    with pytest.raises(DrainingError):
        await ask(actor, Question("מתי?"))


async def test_what_outlasts_the_time_is_kept_as_interrupted(
    chat: ChatOf, member: User, ollama: FakeOllama, supervisor: Supervisor
) -> None:
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await supervisor.drain(0)
        assert (await talk.until("done"))[-1]["status"] == "interrupted"
