"""A connection that takes nothing is given up: no server ends one while its buffer is full."""

import asyncio
from typing import Any

import pytest
from typing_extensions import override

from chatbot.socket import SocketConsumer


class Greeter(SocketConsumer):
    """Says something to whoever connects."""

    frames_per_window = {"frame": 10}

    @override
    async def ready(self) -> None:
        self.spawn(self.send_text("שלום"))

    @override
    def read(self, text: str | None) -> Any:
        return text

    @override
    def kind_of(self, frame: Any) -> str:
        return "frame"

    @override
    def received(self, frame: Any) -> None:
        self.spawn(self.close(4401))


async def served(taken: int, *said: str) -> list[str]:
    """Serve somebody who says that much and takes so many messages, then nothing; return what was taken."""
    heard: list[str] = []
    coming = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "text": text} for text in said)]

    async def receive() -> dict[str, Any]:
        if coming:
            return coming.pop(0)
        return await asyncio.Event().wait()  # type: ignore[return-value]  # never

    async def send(message: dict[str, Any]) -> None:
        if len(heard) >= taken:
            await asyncio.Event().wait()
        heard.append(message["type"])

    async with asyncio.timeout(20):
        await Greeter({"type": "websocket"}, receive, send).run()
    return heard


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.socket.SEND_SECONDS", 0.01)


async def test_who_does_not_take_a_frame_is_let_go() -> None:
    assert await served(1) == ["websocket.accept"]


async def test_nor_is_the_close_waited_for() -> None:
    assert await served(2, "bye") == ["websocket.accept", "websocket.send"]


async def test_whoever_serves_it_can_still_end_it() -> None:
    serving = asyncio.create_task(served(9))
    await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


async def test_a_close_that_waits_for_room_is_said_though_more_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chatbot.socket.SEND_SECONDS", 30.0)
    heard: list[str] = []
    coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    room = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close":
            coming.put_nowait({"type": "websocket.receive", "text": "one more"})
            await room.wait()
        heard.append(message["type"])

    for message in ({"type": "websocket.connect"}, {"type": "websocket.receive", "text": "bye"}):
        coming.put_nowait(message)
    serving = asyncio.create_task(Greeter({"type": "websocket"}, coming.get, send).run())
    while not coming.empty() or len(heard) < 2:  # noqa: ASYNC110  until all was heard
        await asyncio.sleep(0)
    for _step in range(10):
        await asyncio.sleep(0)
    room.set()
    await asyncio.wait_for(serving, 20)
    assert heard == ["websocket.accept", "websocket.send", "websocket.close"]
