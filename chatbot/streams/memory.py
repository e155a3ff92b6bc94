"""The answer log of a single process: lists in memory, readers woken one by one.

What has ended is kept for a while, and only as much of it as there is room for: the database has the answer.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from chatbot.streams.port import Entry, LogExpiredError

LOGS_KEPT = 2_000
BYTES_KEPT = 64_000_000


@dataclass(slots=True)
class _Log:
    entries: list[Entry] = field(default_factory=list)
    waiting: "list[asyncio.Future[bool]]" = field(default_factory=list)
    removed: bool = False
    expiry: asyncio.TimerHandle | None = None
    size: int = 0  # bytes


class _Waiting:
    """Waits for a log's changes. One timer looks whether it was quiet for long; changes set none."""

    def __init__(self, log: _Log, quiet_seconds: float) -> None:
        self._log = log
        self._quiet_seconds = quiet_seconds
        self._loop = asyncio.get_running_loop()
        self._change: asyncio.Future[bool] = self._loop.create_future()
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def change(self) -> bool:
        """Wait for the next change; False when there was none for a while."""
        self._since = self._loop.time()
        self._change = self._loop.create_future()
        self._log.waiting.append(self._change)
        if self._timer is None:
            self._timer = self._loop.call_later(self._quiet_seconds, self._look)
        changed = False
        try:
            changed = await self._change
        finally:
            if not changed:  # or a log that stands still would gather those who looked in
                with suppress(ValueError):
                    self._log.waiting.remove(self._change)
        return changed

    def _look(self) -> None:
        self._timer = None
        left = self._since + self._quiet_seconds - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        elif not self._change.done():
            self._change.set_result(False)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


class MemoryAnswerLog:
    """Lives on one event loop; nothing here blocks and nothing is shared with threads."""

    def __init__(self, *, quiet_seconds: float) -> None:
        self._logs: dict[UUID, _Log] = {}
        self._ended: dict[UUID, int] = {}  # bytes of those that may make room, the oldest first
        self._quiet_seconds = quiet_seconds

    def __contains__(self, answer_id: UUID) -> bool:
        return answer_id in self._logs

    async def open(self, answer_id: UUID) -> None:
        self._logs.setdefault(answer_id, _Log())

    async def append(self, answer_id: UUID, entry: Entry) -> None:
        log = self._logs[answer_id]
        log.entries.append(entry)
        log.size += sys.getsizeof(entry.text)
        self._wake(log)
        if entry.last:
            loop = asyncio.get_running_loop()
            log.expiry = loop.call_later(settings.ANSWER_LOG_SECONDS, self.forget, answer_id)
            self._ended[answer_id] = log.size
            self._make_room()

    async def read(self, answer_id: UUID, *, after_seq: int) -> AsyncGenerator[Entry | None, None]:
        log = self._logs.get(answer_id)
        if log is None:
            raise LogExpiredError
        position = after_seq  # entry number n stands at index n - 1
        with closing(_Waiting(log, self._quiet_seconds)) as waiting:
            while True:
                while position < len(log.entries):
                    entry = log.entries[position]
                    position += 1
                    yield entry
                if log.entries and log.entries[-1].last:
                    return
                if log.removed:
                    raise LogExpiredError
                if not await waiting.change():
                    yield None

    def entries(self, answer_id: UUID) -> Sequence[Entry] | None:
        """Return what there is of an answer now, entry number n at index n - 1; None without a log."""
        log = self._logs.get(answer_id)
        return None if log is None else log.entries

    async def discard(self, answer_id: UUID) -> None:
        self.forget(answer_id)

    def forget(self, answer_id: UUID) -> None:
        """Drop an answer; its readers are told that the log has expired."""
        self._ended.pop(answer_id, None)
        log = self._logs.pop(answer_id, None)
        if log is not None:
            log.removed = True
            if log.expiry is not None:
                log.expiry.cancel()
            self._wake(log)

    async def aclose(self) -> None:
        return None

    def _make_room(self) -> None:
        """Drop the oldest of what has ended beyond the bounds; who is reading one reads it to its end."""
        while len(self._ended) > LOGS_KEPT or sum(self._ended.values()) > BYTES_KEPT:
            self.forget(next(iter(self._ended)))

    @staticmethod
    def _wake(log: _Log) -> None:
        waiting, log.waiting = log.waiting, []
        for change in waiting:
            if not change.done():
                change.set_result(True)
