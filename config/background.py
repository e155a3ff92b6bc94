"""The work that goes on beside the requests: the outbox relay, the reaper of abandoned answers, tidying.

Every serving process runs them, each in a thread of its own; leases in the database keep two processes from
doing the same thing twice. Where Celery is configured, its workers and beat do this work (`config.tasks`).
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import close_old_connections

from config import work

logger = logging.getLogger(__name__)
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Chore:
    """A function that returns how much it did; after 0 it rests for `pause` seconds."""

    name: str
    run: Callable[[], int]
    pause: float


CHORES = (
    Chore("relay", work.relay_outbox, 0.3),
    Chore("reaper", work.reap_answers, 5),
    Chore("tidy", work.tidy, 3600),
)


class Background:
    """The chores of this process."""

    def __init__(self, chores: tuple[Chore, ...] = CHORES) -> None:
        self._chores = chores
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    @property
    def running(self) -> bool:
        return any(not task.done() for task in self._tasks)

    def ensure_started(self) -> None:
        """Start the chores, once; call from the event loop. Nothing happens where BACKGROUND_WORK is off."""
        if self._tasks or not settings.BACKGROUND_WORK:
            return
        self._stopping = asyncio.Event()
        self._tasks = [asyncio.create_task(self._repeat(chore), name=chore.name) for chore in self._chores]

    async def stop(self) -> None:
        """Let what is under way finish, for at most STOP_SECONDS."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        self._tasks = []

    async def _repeat(self, chore: Chore) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix=chore.name) as thread:
            while not self._stopping.is_set():
                done = await loop.run_in_executor(thread, _guarded, chore)
                if not done:
                    await self._rest(chore.pause)
            await loop.run_in_executor(thread, close_old_connections)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _guarded(chore: Chore) -> int:
    """Run the chore once; a failure is logged and tried again after the pause."""
    close_old_connections()
    try:
        return chore.run()
    except Exception:
        logger.exception("chore failed", extra={"chore": chore.name})
        return 0


background = Background()
