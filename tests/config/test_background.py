"""The chores run beside the requests, survive their own failures, and stop when the process does."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from config.background import Background, Chore
from config.kernel.outbox import bell


class Work:
    """A chore that tells when it ran and does as much as it is told to."""

    def __init__(self, *amounts: int | Exception) -> None:
        self.amounts = list(amounts)
        self.runs = 0
        self.idle = threading.Event()

    def __call__(self) -> int:
        self.runs += 1
        amount = self.amounts.pop(0) if self.amounts else 0
        if not self.amounts:
            self.idle.set()
        if isinstance(amount, Exception):
            raise amount
        return amount


@pytest.fixture
async def start(settings: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Any, None]:
    monkeypatch.setattr("config.background.close_old_connections", lambda: None)
    settings.BACKGROUND_WORK = True
    started: list[Background] = []

    def starter(work: Callable[[], int], pause: float = 60, *, rung_for: bool = False) -> Background:
        background = Background((Chore("test", work, pause, rung_for),))
        background.ensure_started()
        started.append(background)
        return background

    yield starter
    for background in started:
        await background.stop()


async def idle(work: Work) -> None:
    assert await asyncio.to_thread(work.idle.wait, 5)


async def test_a_chore_goes_on_at_once_while_there_is_work(start: Any) -> None:
    work = Work(20, 20, 0)
    start(work)
    await idle(work)
    assert work.runs == 3


async def test_a_failure_does_not_end_a_chore(start: Any) -> None:
    work = Work(RuntimeError("sink is down"), 0)
    background = start(work, pause=0)
    await idle(work)
    assert background.running


async def test_stopping_does_not_wait_for_the_pause(start: Any) -> None:
    work = Work(0)
    background = start(work, pause=3600)
    await idle(work)
    await asyncio.wait_for(background.stop(), 5)
    assert not background.running


async def test_a_ring_ends_the_pause_of_the_chore_that_it_is_for(start: Any) -> None:
    rung, other = Work(0), Work(0)
    start(rung, pause=3600, rung_for=True)
    start(other, pause=3600)
    await idle(rung)
    await idle(other)
    rung.idle.clear()
    await asyncio.to_thread(bell.ring)  # a commit happens in a thread
    await idle(rung)
    assert (rung.runs, other.runs) == (2, 1)


async def test_a_ring_during_the_work_is_not_lost(start: Any) -> None:
    runs: list[int] = []
    twice = threading.Event()

    def look() -> int:
        runs.append(1)
        if len(runs) == 1:
            bell.ring()  # for an event that was committed after this look
        else:
            twice.set()
        return 0

    start(look, pause=3600, rung_for=True)
    assert await asyncio.to_thread(twice.wait, 5)


async def test_who_has_stopped_is_not_rung_for(start: Any) -> None:
    work = Work(0)
    background = start(work, pause=3600, rung_for=True)
    await idle(work)
    await background.stop()
    bell.ring()
    assert work.runs == 1


async def test_chores_start_once(start: Any) -> None:
    work = Work(0)
    background = start(work)
    background.ensure_started()
    await idle(work)
    await background.stop()
    assert work.runs == 1


async def test_nothing_starts_where_background_work_is_off(settings: Any) -> None:
    settings.BACKGROUND_WORK = False
    background = Background((Chore("test", Work(0), 1),))
    background.ensure_started()
    assert not background.running


async def test_beside_celery_the_chores_stand_in_while_its_broker_is_away(
    start: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKGROUND_WORK, settings.CELERY_BROKER_URL = False, "redis://localhost:1/1"
    looked, is_away = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    class Watch:
        def is_away(self) -> bool:
            loop.call_soon_threadsafe(looked.set)
            return is_away.is_set()

    monkeypatch.setattr("config.waking.broker_watch", Watch())
    work = Work(0)
    start(work, rung_for=True)
    await asyncio.wait_for(looked.wait(), 5)
    assert work.runs == 0
    is_away.set()
    bell.ring()
    await idle(work)
    assert work.runs == 1
