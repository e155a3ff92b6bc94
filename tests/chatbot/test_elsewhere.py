"""A process that drains refuses so that the balancer can ask another one, if it said that it would."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from channels.testing import ApplicationCommunicator

from accounts.models import User
from chatbot.elsewhere import PROMISE
from chatbot.supervisor import get_supervisor
from config.asgi import application
from tests.chatbot.conftest import QUESTION
from tests.chatbot.test_chat_api import client

pytestmark = pytest.mark.django_db(transaction=True)
PROMISED = {PROMISE: "yes"}
DENIAL: dict[str, Any] = {"websocket.http.response": {}}
ASK = ("/chat", {"prompt": QUESTION})
COMPLETE = ("/v1/chat/completions", {"model": "sicha", "messages": [{"role": "user", "content": QUESTION}]})


@pytest.fixture
async def drained() -> AsyncIterator[None]:
    await get_supervisor().drain(0)
    yield
    get_supervisor().draining = False


async def refusal_of(person: User, asked: tuple[str, dict[str, Any]], **headers: str) -> httpx.Response:
    async with client(person, **headers) as http:
        return await http.post(asked[0], json=asked[1])


async def handshake(promise: bool, extensions: dict[str, Any]) -> dict[str, Any]:
    """Return how a handshake is answered."""
    scope = {
        "type": "websocket",
        "path": "/ws/chat/",
        "query_string": b"",
        "headers": [(PROMISE.lower().encode(), b"yes")] if promise else [],
        "subprotocols": [],
        "extensions": extensions,
    }
    socket = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await socket.send_input({"type": "websocket.connect"})
    answered: dict[str, Any] = await socket.receive_output(10)
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(10)
    return answered


@pytest.mark.usefixtures("drained")
@pytest.mark.parametrize("asked", [ASK, COMPLETE])
async def test_a_balancer_that_promised_is_told_to_ask_another(
    member: User, asked: tuple[str, dict[str, Any]]
) -> None:
    refused = await refusal_of(member, asked, **PROMISED)
    assert (refused.status_code, refused.json()["code"]) == (502, "draining")
    assert refused.headers["X-Accel-Redirect"] == "@elsewhere"


@pytest.mark.usefixtures("drained")
async def test_anybody_else_is_told_that_this_server_is_being_replaced(member: User) -> None:
    refused = await refusal_of(member, ASK)
    assert (refused.status_code, refused.json()["code"]) == (503, "draining")
    assert "X-Accel-Redirect" not in refused.headers


@pytest.mark.usefixtures("drained")
async def test_no_other_refusal_is_asked_again(member: User) -> None:
    refused = await refusal_of(member, ("/chat", {}), **PROMISED)
    assert refused.status_code == 400
    assert "X-Accel-Redirect" not in refused.headers


@pytest.mark.usefixtures("drained")
async def test_a_handshake_is_refused_where_another_replica_is_asked() -> None:
    assert (await handshake(promise=True, extensions=DENIAL))["status"] == 502
    assert (await handshake(promise=True, extensions={}))["type"] == "websocket.accept"
    assert (await handshake(promise=False, extensions=DENIAL))["type"] == "websocket.accept"


async def test_who_does_not_drain_refuses_nothing() -> None:
    assert (await handshake(promise=True, extensions=DENIAL))["type"] == "websocket.accept"
