"""The work that goes on beside the requests: the outbox relay, the reaper of abandoned answers, tidying.

Every serving process runs them, each in a thread of its own; leases in the database keep two processes from
doing the same thing twice. Where Celery is configured, its workers and beat do this work (`config.tasks`),
and the serving processes only while its broker is away and nobody can ask them.
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
from config.kernel.outbox import bell

logger = logging.getLogger(__name__)
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Chore:
    """A function that returns how much it did; after 0 it rests for `pause` seconds, or until rung for."""

    name: str
    run: Callable[[], int]
    pause: float
    rung_for: bool = False


CHORES = (
    # Rung for at every commit of this process; it looks by itself for what others wrote and what was put off.
    Chore("relay", work.relay_outbox, 1, rung_for=True),
    Chore("webhooks", work.deliver_webhooks, 2),
    Chore("reaper", work.reap_answers, 2),
    Chore("digests", work.begin_digests, 600),
    Chore("tidy", work.tidy, 3600),
)


class Background:
    """The chores of this process."""

    def __init__(self, chores: tuple[Chore, ...] = CHORES) -> None:
        self._chores = chores
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self._wanted = {chore.name: asyncio.Event() for chore in chores}
        self._stop_listening: Callable[[], None] | None = None

    @property
    def running(self) -> bool:
        return any(not task.done() for task in self._tasks)

    def ensure_started(self) -> None:
        """Start the chores, once; call from the event loop.

        Where BACKGROUND_WORK is off they stand by for Celery, and without it nothing happens.
        """
        if self._tasks or not (settings.BACKGROUND_WORK or settings.CELERY_BROKER_URL):
            return
        self._stopping = False
        self._wanted = {chore.name: asyncio.Event() for chore in self._chores}
        self._stop_listening = bell.listen(self._listener(asyncio.get_running_loop()))
        self._tasks = [asyncio.create_task(self._repeat(chore), name=chore.name) for chore in self._chores]

    async def stop(self) -> None:
        """Let what is under way finish, for at most STOP_SECONDS."""
        self._stopping = True
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        self._want(self._chores)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        self._tasks = []

    def _listener(self, loop: asyncio.AbstractEventLoop) -> bell.Listener:
        rung_for = tuple(chore for chore in self._chores if chore.rung_for)

        def on_ring() -> None:
            with suppress(RuntimeError):  # the loop was closed: the process ends
                loop.call_soon_threadsafe(self._want, rung_for)

        return on_ring

    def _want(self, chores: tuple[Chore, ...]) -> None:
        for chore in chores:
            self._wanted[chore.name].set()

    async def _repeat(self, chore: Chore) -> None:
        loop, wanted = asyncio.get_running_loop(), self._wanted[chore.name]
        with ThreadPoolExecutor(1, thread_name_prefix=chore.name) as thread:
            while not self._stopping:
                wanted.clear()  # before the work: a ring during it may be for what it came too early for
                done = await loop.run_in_executor(thread, _guarded, chore)
                if not done and not self._stopping:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(wanted.wait(), chore.pause)
            await loop.run_in_executor(thread, close_old_connections)


def _guarded(chore: Chore) -> int:
    """Run the chore once; a failure is logged and tried again after the pause."""
    close_old_connections()
    try:
        return chore.run() if _is_ours() else 0
    except Exception:
        logger.exception("chore failed", extra={"chore": chore.name})
        return 0


def _is_ours() -> bool:
    """Tell whether the work is for this process to do now; may ask the broker."""
    if settings.BACKGROUND_WORK:
        return True
    from config.waking import broker_watch  # loading Celery takes half a second

    return broker_watch.is_away()


background = Background()
