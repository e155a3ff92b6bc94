"""The answer log of a single process: lists in memory, readers woken by an event."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from chatbot.streams.port import Entry, LogExpiredError


@dataclass(slots=True)
class _Log:
    entries: list[Entry] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    removed: bool = False


class MemoryAnswerLog:
    """Lives on one event loop; nothing here blocks and nothing is shared with threads."""

    def __init__(self) -> None:
        self._logs: dict[UUID, _Log] = {}

    async def open(self, answer_id: UUID) -> None:
        self._logs.setdefault(answer_id, _Log())

    async def append(self, answer_id: UUID, entry: Entry) -> None:
        log = self._logs[answer_id]
        log.entries.append(entry)
        self._wake(log)
        if entry.last:
            asyncio.get_running_loop().call_later(settings.ANSWER_LOG_SECONDS, self._expire, answer_id)

    async def read(self, answer_id: UUID, *, after_seq: int) -> AsyncGenerator[Entry, None]:
        log = self._logs.get(answer_id)
        if log is None:
            raise LogExpiredError
        position = after_seq  # entry number n stands at index n - 1
        while True:
            while position < len(log.entries):
                entry = log.entries[position]
                position += 1
                yield entry
            if log.entries and log.entries[-1].last:
                return
            if log.removed:
                raise LogExpiredError
            await log.changed.wait()

    def _expire(self, answer_id: UUID) -> None:
        log = self._logs.pop(answer_id, None)
        if log is not None:
            log.removed = True
            self._wake(log)

    @staticmethod
    def _wake(log: _Log) -> None:
        waiting, log.changed = log.changed, asyncio.Event()
        waiting.set()
