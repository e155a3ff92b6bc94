"""The credit window: what a client leaves unacknowledged is bounded, and one that never answers is let go."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from chatbot.consumers import ChatConsumer
from chatbot.credit import WINDOW_BYTES, WINDOW_FRAMES, CreditWindow, NoCreditError
from chatbot.streams.port import Entry
from tests.chatbot.conftest import Chat
from tests.fakes.ollama import FakeOllama

ChatOf = Callable[[User], Chat]
ANSWER = uuid4()


async def sent(window: CreditWindow, *, size: int = 1, at_most: int = 1000) -> int:
    """Return how many frames can be sent before the window is closed."""
    for seq in range(1, at_most + 1):
        try:
            await window.spend(ANSWER, Entry(seq, "x" * size))
        except NoCreditError:
            return seq - 1
    return at_most


async def test_so_many_frames_may_be_open() -> None:
    assert await sent(CreditWindow(patience=0)) == WINDOW_FRAMES


async def test_so_many_bytes_may_be_open() -> None:
    assert await sent(CreditWindow(patience=0), size=60_000) == WINDOW_BYTES // 60_000 + 1


async def test_the_end_of_an_answer_is_acknowledged_like_the_rest() -> None:
    window = CreditWindow(patience=0)
    for seq in range(1, WINDOW_FRAMES + 1):
        await window.spend(uuid4(), Entry(seq, "x", last=True))
    with pytest.raises(NoCreditError):
        await window.spend(ANSWER, Entry(1, "x"))


async def test_an_acknowledgement_lets_the_stream_go_on() -> None:
    window = CreditWindow(patience=30)
    sending = asyncio.create_task(sent(window, at_most=2 * WINDOW_FRAMES))
    await asyncio.sleep(0)
    window.acknowledge(uuid4(), 5)
    window.acknowledge(ANSWER, WINDOW_FRAMES)
    assert await sending == 2 * WINDOW_FRAMES


async def test_acknowledging_twice_counts_once() -> None:
    window = CreditWindow(patience=0)
    await sent(window)
    for _ in range(3):
        window.acknowledge(ANSWER, 10)
    assert await sent(window) == 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("knowledge")
async def test_a_client_that_acknowledges_nothing_is_sent_away_and_its_answer_is_kept(
    chat: ChatOf, member: User, ollama: FakeOllama, settings: Any
) -> None:
    settings.CREDIT_PATIENCE_SECONDS = 0.05
    ollama.pieces = [f"מילה{number}." for number in range(2 * WINDOW_FRAMES)]
    async with chat(member) as talk:
        accepted = await talk.ask()
        frames: list[Any] = []
        while not frames or frames[-1]["type"] != "websocket.close":
            ollama.allow(1)
            said = await talk.socket.receive_output(timeout=20)
            if '"type":"event"' not in said.get("text", ""):
                frames.append(said)
        assert frames[-1] == {"type": "websocket.close", "code": 4408}
        assert len(frames) == WINDOW_FRAMES + 1
        ollama.allow(3 * WINDOW_FRAMES)
    async with chat(member) as again:
        await again.send("resume", answer_id=accepted["answer_id"], after_seq=WINDOW_FRAMES)
        rest: list[Any] = []
        while not rest or rest[-1]["type"] not in {"done", "error"}:
            rest.append(await again.receive())
            await again.send("ack", answer_id=accepted["answer_id"], seq=rest[-1].get("seq", 0))
    assert rest[-1]["status"] == "complete"
    assert rest[-1]["text"].startswith("מילה0.")


@pytest.mark.django_db(transaction=True)
async def test_a_flood_and_an_oversized_frame_close_the_socket(chat: ChatOf, member: User) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        await talk.socket.send_to(text_data="x" * 70_000)
        assert await talk.socket.receive_output(timeout=20) == {"type": "websocket.close", "code": 1009}
    async with chat(member) as talk:
        await talk.until("hello")
        for _ in range(700):
            await talk.send("ack", answer_id=ANSWER, seq=1)
        assert await talk.socket.receive_output(timeout=20) == {"type": "websocket.close", "code": 4429}


@pytest.mark.django_db(transaction=True)
async def test_acknowledgements_count_apart_and_nothing_else_may_come_so_often(
    chat: ChatOf, member: User
) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        for _ in range(500):
            await talk.send("ack", answer_id=ANSWER, seq=1)
        for _ in range(120):
            await talk.send("no such frame")
        refusals = [await talk.receive() for _ in range(120)]
        assert {refusal["code"] for refusal in refusals} == {"unknown_frame"}
        await talk.send("no such frame")
        assert await talk.socket.receive_output(timeout=20) == {"type": "websocket.close", "code": 4429}


async def test_what_an_acknowledgement_takes_back_was_sent_and_only_once() -> None:
    window = CreditWindow(patience=0)
    await sent(window, at_most=3)
    assert window.is_owed(ANSWER, 1)
    window.acknowledge(ANSWER, 2)
    assert [window.is_owed(ANSWER, seq) for seq in (1, 2, 3)] == [False, False, True]
    assert not window.is_owed(uuid4(), 3)


async def test_frames_that_are_sent_again_are_acknowledged_again_in_whatever_order() -> None:
    window = CreditWindow(patience=0)
    assert await sent(window, at_most=WINDOW_FRAMES // 2) == await sent(window)  # `resume` from the start
    for seq in range(1, WINDOW_FRAMES // 2 + 1):
        assert window.is_owed(ANSWER, seq)
        window.acknowledge(ANSWER, seq)
    assert await sent(window) == WINDOW_FRAMES


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("knowledge")
async def test_an_acknowledgement_of_each_frame_that_was_sent_is_no_flood(
    chat: ChatOf, member: User, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChatConsumer, "frames_per_window", {"frame": 120, "ack": 3})
    async with chat(member) as talk:
        accepted = await talk.ask()
        frames: list[Any] = []
        while not frames or frames[-1]["type"] != "done":
            ollama.allow(1)
            frames.append(await talk.receive())
            await talk.send("ack", answer_id=accepted["answer_id"], seq=frames[-1]["seq"])
        assert len(frames) > 3
        for _ in range(4):  # what was acknowledged is not acknowledged again
            await talk.send("ack", answer_id=accepted["answer_id"], seq=frames[-1]["seq"])
        assert await talk.socket.receive_output(timeout=20) == {"type": "websocket.close", "code": 4429}
