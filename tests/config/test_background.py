"""The chores run beside the requests, survive their own failures, and stop when the process does."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from config.background import Background, Chore


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

    def starter(work: Work, pause: float = 60) -> Background:
        background = Background((Chore("test", work, pause),))
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
