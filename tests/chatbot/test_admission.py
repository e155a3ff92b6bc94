"""Who may generate: so many at once, and in turns among organisations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest

from chatbot.admission import BusyError, FairQueue

BIG, SMALL, OTHER = uuid4(), uuid4(), uuid4()


class Crowd:
    """Generations that run until they are told to end; `began` is the order in which they began."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.began: list[str] = []
        self.places: dict[str, list[int]] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, organization: UUID, *names: str) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._generate(organization, name))
            await settle()

    async def leave(self, name: str) -> None:
        self._ends[name].set()
        await settle()

    async def _generate(self, organization: UUID, name: str) -> None:
        async def said(place: int) -> None:
            self.places.setdefault(name, []).append(place)

        async with self.queue.turn(organization, said):
            self.began.append(name)
            await self._ends[name].wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    made = Crowd(FairQueue(most=2, most_each=2, longest=6))
    yield made
    for task in made.tasks.values():
        task.cancel()
    await asyncio.gather(*made.tasks.values(), return_exceptions=True)


async def test_who_comes_late_from_a_small_organisation_is_next(crowd: Crowd) -> None:
    await crowd.come(BIG, "b1", "b2", "b3", "b4")
    await crowd.come(SMALL, "s1")
    await crowd.leave("b1")
    await crowd.leave("b2")
    assert crowd.began == ["b1", "b2", "b3", "s1"]
    await crowd.leave("s1")
    assert crowd.began[-1] == "b4"


async def test_those_who_wait_hear_their_place(crowd: Crowd) -> None:
    await crowd.come(BIG, "b1", "b2", "b3", "b4")
    await crowd.come(SMALL, "s1")
    assert {name: places[0] for name, places in crowd.places.items()} == {"b3": 1, "b4": 2, "s1": 2}


async def test_one_organisation_does_not_get_everything() -> None:
    crowd = Crowd(FairQueue(most=3, most_each=2, longest=6))
    await crowd.come(BIG, "b1", "b2", "b3")
    await crowd.come(SMALL, "s1")
    assert crowd.began == ["b1", "b2", "s1"]
    for name in ("s1", "b1", "b2", "b3"):
        await crowd.leave(name)
    assert crowd.began[-1] == "b3"


async def test_giving_up_in_the_queue_lets_the_next_one_in(crowd: Crowd) -> None:
    await crowd.come(BIG, "b1", "b2", "b3", "b4")
    crowd.tasks["b3"].cancel()
    await settle()
    await crowd.leave("b1")
    assert crowd.began == ["b1", "b2", "b4"]


async def test_a_full_queue_says_when_to_come_again(crowd: Crowd) -> None:
    await crowd.come(BIG, "b1", "b2", "b3", "b4", "b5")
    with pytest.raises(BusyError) as refused:
        crowd.queue.ensure_room(BIG)
    assert refused.value.retry_after
    crowd.queue.ensure_room(SMALL)
    await crowd.come(SMALL, "s1", "s2", "s3")
    with pytest.raises(BusyError):
        crowd.queue.ensure_room(OTHER)


async def test_of_many_at_once_no_more_are_let_in_than_may_run_or_wait() -> None:
    queue = FairQueue(most=3, most_each=2, longest=4)
    with ExitStack() as held:
        for _ in range(2 + 2):  # two may run, and half of the queue is anybody's own
            held.enter_context(queue.booked(BIG))
        with pytest.raises(BusyError):
            held.enter_context(queue.booked(BIG))
        held.enter_context(queue.booked(SMALL))
    queue.ensure_room(BIG)


async def test_whatever_happens_nobody_is_forgotten() -> None:
    queue = FairQueue(most=3, most_each=2, longest=100)
    running: list[int] = [0]

    async def said(_place: int) -> None:
        await asyncio.sleep(0)

    async def generate(number: int) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(queue.turn((BIG, SMALL, OTHER)[number % 3], said))
            running[0] += 1
            assert running[0] <= 3
            try:
                await asyncio.sleep(0)
            finally:
                running[0] -= 1

    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(generate(number)) for number in range(60)]
    await asyncio.sleep(0)
    for task in tasks[::7]:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(end, asyncio.CancelledError) for end in ended) == len(tasks[::7])
    assert not [end for end in ended if end is not None and not isinstance(end, asyncio.CancelledError)]
    assert queue.waiting == 0
    assert not queue._running
