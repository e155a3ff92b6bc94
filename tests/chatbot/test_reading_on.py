"""Going on where one was: by server-sent events, by polling, and by sockets that are cut again and again."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from chatbot.supervisor import get_supervisor
from tests.chatbot.conftest import Chat, Frame
from tests.chatbot.test_chat_api import client, events_of
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]
POLL = {"Accept": "application/json"}
WORDS = 60


def text_of(frames: list[Frame]) -> str:
    return "".join(frame["text"] for frame in frames if frame["type"] == "delta")


async def test_events_and_polls_go_on_after_the_frame_that_was_seen_last(
    member: User, chat: ChatOf, stranger: User
) -> None:
    async with chat(member) as talk, client(member) as http, client(stranger) as other:
        answer_id = (await talk.ask())["answer_id"]
        frames = await talk.until("done")
        address = f"/api/v1/answers/{answer_id}/events"
        streamed = events_of((await http.get(address, headers={"Last-Event-ID": "2"})).text)
        polled = (await http.get(address, params={"after": 2}, headers=POLL)).json()
        refused = await other.get(address, headers=POLL)
        wrong = await http.get(address, params={"after": "x"}, headers=POLL)
    assert streamed == polled["frames"] == frames[2:]
    assert (polled["after"], polled["ended"]) == (frames[-1]["seq"], True)
    assert (refused.status_code, wrong.status_code) == (404, 400)


async def test_a_poll_returns_what_is_there_and_waits_for_what_comes_next(
    member: User, chat: ChatOf, ollama: FakeOllama, settings: Any
) -> None:
    settings.ANSWER_QUIET_SECONDS = 0.05
    async with chat(member) as talk, client(member) as http:
        address = f"/api/v1/answers/{(await talk.ask())['answer_id']}/events"
        ollama.allow(2)
        await talk.until("delta")
        frames: list[Frame] = []
        after = 0
        while batch := (await http.get(address, params={"after": after}, headers=POLL)).json()["frames"]:
            frames += batch
            after = batch[-1]["seq"]
        nothing = (await http.get(address, params={"after": after}, headers=POLL)).json()
        ollama.allow(20)
        rest = nothing
        while not rest["ended"]:
            rest = (await http.get(address, params={"after": rest["after"]}, headers=POLL)).json()
            frames += rest["frames"]
    assert nothing == {"frames": [], "after": after, "ended": False}
    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    assert text_of(frames) == frames[-1]["text"]


async def read_with_cuts(chat: ChatOf, person: User, chance: random.Random, ollama: FakeOllama) -> int:
    """Ask, and leave after every few frames until the answer has ended; return how often."""
    frames: list[Frame] = []
    async with chat(person) as talk:
        answer_id = (await talk.ask(client_id=str(chance.random())))["answer_id"]
    cuts = 1
    while not frames or frames[-1]["type"] != "done":
        async with chat(person) as talk:
            after = frames[-1]["seq"] if frames else 0
            await talk.send("resume", answer_id=answer_id, after_seq=after)
            for _frame in range(chance.randint(1, 4)):
                ollama.allow(chance.randint(1, 3))
                frames += (await talk.until("stage", "sources", "delta", "done", "error"))[-1:]
                if frames[-1]["type"] == "done":
                    break
        cuts += 1
    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    assert text_of(frames) == frames[-1]["text"] == "".join(ollama.pieces)
    return cuts


@pytest.mark.parametrize("seed", range(2))
async def test_cut_and_taken_up_again_nothing_is_missing_double_or_another_answers(
    chat: ChatOf, member: User, outsider: User, ollama: FakeOllama, settings: Any, seed: int
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "question": (1000, 60)}
    ollama.pieces = [f"{number} " for number in range(WORDS)]
    chance = random.Random(seed)
    reading = [read_with_cuts(chat, member, random.Random(chance.random()), ollama) for _ in range(3)]
    async with asyncio.timeout(60):
        cuts = await asyncio.gather(*reading)
    assert sum(cuts) > 30


async def test_sockets_and_stopped_answers_leave_nothing_behind(
    chat: ChatOf, member: User, ollama: FakeOllama, settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "question": (1000, 60)}

    async def once(number: int) -> None:
        async with chat(member) as talk:
            accepted = await talk.ask(client_id=f"q{number}")
            ollama.allow(2)
            await talk.until("delta")
            await talk.send("stop", answer_id=accepted["answer_id"])
            assert (await talk.until("done"))[-1]["status"] in {"stopped", "complete"}

    await once(0)
    before = left_open()
    for number in range(1, 21):
        await once(number)
    async with asyncio.timeout(20):
        while any(now > then for now, then in zip(left_open(), before, strict=True)):  # noqa: ASYNC110  ends need a turn or two of the loop
            await asyncio.sleep(0.01)


def left_open() -> tuple[int, int, int]:
    """Return how many tasks of ours there are, jobs, and things that are looked after."""
    supervisor = get_supervisor()
    tasks = [task for task in asyncio.all_tasks() if not task.done()]
    return len(tasks), len(supervisor._jobs), len(supervisor.watch._watched)
