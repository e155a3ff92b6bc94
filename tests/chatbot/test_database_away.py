"""A database that restarts while an answer is written: the answer is kept, the socket lives on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError

from accounts import standing
from accounts.models import User
from chatbot import consumers, job
from conversations import services
from tests.chatbot.conftest import Chat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]


def failing(function: Callable[..., Any], *failures: type[Exception]) -> Callable[..., Any]:
    """Return the function, which fails first in these ways."""
    to_come = list(failures)

    def call(**kwargs: Any) -> Any:
        if to_come:
            raise to_come.pop(0)
        return function(**kwargs)

    return call


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "CLOSING_PAUSES", (0, 0, 0))


async def test_an_answer_is_closed_once_the_database_is_back(
    chat: ChatOf, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing = failing(services.close_turn, OperationalError, InterfaceError)
    monkeypatch.setattr(services, "close_turn", closing)
    async with chat(member) as talk:
        await talk.ask()
        done = (await talk.until("done", "error"))[-1]
    assert (done["type"], done["status"]) == ("done", "complete")


async def test_an_answer_that_could_not_be_stored_is_never_told_to_be_complete(
    chat: ChatOf, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "close_turn", failing(services.close_turn, *[OperationalError] * 4))
    async with chat(member) as talk:
        await talk.ask()
        frames = await talk.until("done", "error")
    assert "delta" in {frame["type"] for frame in frames}
    assert (frames[-1]["type"], frames[-1]["code"]) == ("error", "service_unavailable")
    assert frames[-1]["seq"] == frames[-2]["seq"] + 1


async def test_a_question_while_the_database_is_away_is_refused_and_the_socket_lives_on(
    chat: ChatOf, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True]

    def reload_actor(actor: Any) -> Any:
        if away:
            raise OperationalError
        return standing.reload_actor(actor)

    monkeypatch.setattr(consumers, "reload_actor", reload_actor)
    async with chat(member) as talk:
        await talk.send("ask", client_id="q1", text="מתי?")
        refused = (await talk.until("error"))[-1]
        away.clear()
        await talk.ask(client_id="q2")
        done = (await talk.until("done", "error"))[-1]
    assert (refused["code"], done["status"]) == ("service_unavailable", "complete")
    assert refused["retry_after"] == 5  # or the documented clients would give up


async def test_a_browser_that_nobody_can_recognize_is_asked_to_come_again(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_cookies: object) -> None:
        raise OperationalError

    monkeypatch.setattr(consumers, "session_actor", away)
    origin = settings.ALLOWED_ORIGINS[0].encode()
    async with Chat((b"origin", origin), (b"cookie", b"sessionid=0123456789abcdef")) as talk:
        refused = await talk.receive()
        closed = await talk.socket.receive_output(timeout=20)
    assert (refused["code"], refused["retry_after"]) == ("service_unavailable", 5)
    assert (closed["type"], closed["code"]) == ("websocket.close", 1013)
