"""A conversation partner for the tests: a socket of a person, and a model whose pieces wait for permits."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import pytest
from channels.testing import WebsocketCommunicator

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.tickets import issue_ticket
from config.asgi import application
from retrieval import services
from tests.fakes.ollama import FakeOllama

VACATION = "מכסת החופשה השנתית היא שנים-עשר ימים. את הבקשה לחופשה מגישים שבועיים מראש במערכת הנוכחות."
SALARIES = "טבלת השכר של הבכירים מתעדכנת בכל ינואר. הבונוס השנתי של הבכירים נקבע בדירקטוריון."
QUESTION = "מתי מגישים את הבקשה לחופשה?"
Frame = dict[str, Any]


class Chat:
    """One open socket; `async with` closes it."""

    def __init__(self, *headers: tuple[bytes, bytes], subprotocols: list[str] | None = None) -> None:
        self.socket = WebsocketCommunicator(
            application, "/ws/chat/", headers=list(headers), subprotocols=subprotocols
        )

    async def __aenter__(self) -> Self:
        connected, _subprotocol = await self.socket.connect(timeout=10)
        assert connected
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.socket.disconnect()

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send_to(text_data=json.dumps({"type": kind, **fields}, default=str))

    async def receive(self) -> Frame:
        """Return the next frame that is not about what the person does in other tabs."""
        frame = await self.hear()
        while frame["type"] == "event":
            frame = await self.hear()
        return frame

    async def hear(self) -> Frame:
        frame: Frame = json.loads(await self.socket.receive_from(timeout=20))
        return frame

    async def event(self, topic: str) -> Frame:
        """Return the next event of that topic."""
        frame = await self.hear()
        while (frame["type"], frame.get("topic")) != ("event", topic):
            frame = await self.hear()
        return frame

    async def until(self, *kinds: str) -> list[Frame]:
        """Return the frames up to and with the first of one of the kinds."""
        frames = [await self.receive()]
        while frames[-1]["type"] not in kinds:
            frames.append(await self.receive())
        return frames

    async def ask(self, text: str = QUESTION, client_id: str = "q1", **fields: Any) -> Frame:
        """Ask and return the `accepted` frame."""
        await self.send("ask", client_id=client_id, text=text, **fields)
        return (await self.until("accepted"))[-1]


@pytest.fixture
def knowledge(manager: User) -> None:
    """Give the organisation a document that answers QUESTION."""
    document = services.create_document(actor=actor_of(manager), title="נוהל חופשה", content=VACATION)
    with tenant_scope(document.organization_id):
        services.index_document(document.id)


@pytest.fixture(params=["outsider", "other_member", "manager"])
def stranger(request: pytest.FixtureRequest) -> User:
    """Everybody in turn who is not the asker: of another organisation, of another department, the manager."""
    person: User = request.getfixturevalue(request.param)
    return person


@pytest.fixture
def chat(transactional_db: None) -> Callable[[User], Chat]:
    """Return a socket of a person that authenticates by a ticket."""

    def open_for(person: User) -> Chat:
        return Chat(subprotocols=[f"ticket.{issue_ticket(actor_of(person))}"])

    return open_for


@pytest.fixture
async def ollama(settings: Any) -> AsyncIterator[FakeOllama]:
    """Serve a gated model that says ten words and cites its first passage."""
    words = [f"מילה{number} " for number in range(9)] + ["[1]."]
    async with FakeOllama(words, gated=True) as server:
        settings.LLM = {
            "BACKEND": "chatbot.llm.ollama.Ollama",
            "OPTIONS": {"base_url": server.url, "model": "scripted", "num_ctx": 4096},
        }
        yield server
