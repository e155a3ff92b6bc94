"""Copies what this process's jobs write to Redis, behind them: no job waits, one round trip carries all that
has gathered; the more answers are written, the longer it gathers. What Redis loses, or misses while it is
away, is written again from the process's own memory.
"""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import Entry
from chatbot.streams.redis_wire import OPENED, fields_of, id_of, key_of
from config.kernel.outages import OutageError, asking_redis, redis_circuit

logger = logging.getLogger(__name__)
RETRY_SECONDS = 0.25
OPEN_SECONDS = 1.0
CLOSE_SECONDS = 2.0
ENTRIES_AT_ONCE = 500
COPIED_KEPT = 100
# Many answers are copied less often and more of each at a time, as the readers elsewhere read them.
SECONDS_FOR_EACH = 0.001
LONGEST_PAUSE_SECONDS = 0.05
_OPENING, _COUNTING, _CLEARING, _OTHER = 0, -1, -2, -3
_Sent: TypeAlias = "list[tuple[UUID, int]]"  # what each command of a round trip was for: an entry's number


@dataclass(slots=True)
class _Copy:
    opened: bool = False
    written: int = 0  # entries that Redis is known to have
    unsure: bool = False  # whether there may be a hole in front of the last of them
    torn: bool = False  # whether there is one
    renewed_at: float = -math.inf  # when its expiry was put off, by the monotonic clock
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    def lose(self) -> None:
        self.opened, self.written, self.unsure = False, 0, True
        self.renewed_at = -math.inf

    def note(self, what: int, reply: Any) -> None:
        """Remember what Redis has by now."""
        if what == _CLEARING:
            self.torn = False
        elif what == _OPENING:
            self.opened = True
        elif what != _COUNTING:
            self.written = what
        elif reply == self.written + 1:  # with the entry that opens the log
            self.unsure = False
        else:
            self.torn = True
            self.lose()


class Copies:
    """One writer for all answers of the process; it exists only while there is something to write."""

    def __init__(self, redis: Redis, own: MemoryAnswerLog) -> None:
        self._redis = redis
        self._own = own
        self._copies: dict[UUID, _Copy] = {}
        self._behind: dict[UUID, None] = {}  # in the order of their first unwritten entry
        self._copied: deque[UUID] = deque()  # those that have ended, the oldest first
        self._opening = asyncio.Event()  # whether somebody waits for a log to be there
        self._task: asyncio.Task[None] | None = None

    async def open(self, answer_id: UUID) -> None:
        """Return when other replicas can find the log, or when it is plain that they cannot for now."""
        copy = self._copies[answer_id] = _Copy()
        self.catch_up(answer_id)
        self._opening.set()
        if not redis_circuit.is_open:
            with suppress(TimeoutError):
                await asyncio.wait_for(copy.tried.wait(), OPEN_SECONDS)

    def catch_up(self, answer_id: UUID) -> None:
        """Write what the process's own log has and the copy has not."""
        if answer_id not in self._copies:
            return
        self._behind[answer_id] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write(), name="answer-log-writer")

    async def discard(self, answer_id: UUID) -> None:
        """Take the copy out of Redis; one that stays there expires."""
        self._copies.pop(answer_id, None)
        self._behind.pop(answer_id, None)
        with suppress(OutageError), asking_redis():
            await self._redis.delete(key_of(answer_id))

    async def aclose(self) -> None:
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=0 if redis_circuit.is_open else CLOSE_SECONDS)
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _write(self) -> None:
        while self._behind:
            batch = list(self._behind)
            self._behind.clear()
            self._opening.clear()
            try:
                with asking_redis():
                    await self._round_trip(batch)
            except OutageError:
                self._lose_all()
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await self._gather()

    async def _gather(self) -> None:
        seconds = min(LONGEST_PAUSE_SECONDS, len(self._copies) * SECONDS_FOR_EACH)
        if seconds:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._opening.wait()

    async def _round_trip(self, batch: list[UUID]) -> None:
        sent: _Sent = []
        pipeline: Any  # its commands are awaitable by type only
        async with self._redis.pipeline(transaction=False) as pipeline:
            for answer_id in batch:
                if answer_id not in self._copies:
                    continue
                if len(sent) < ENTRIES_AT_ONCE:
                    self._add(pipeline, sent, answer_id)
                self._behind[answer_id] = None
            replies = await pipeline.execute(raise_on_error=False)
        self._note(sent, replies)
        for answer_id in batch:
            self._settle(answer_id)

    def _add(self, pipeline: Any, sent: _Sent, answer_id: UUID) -> None:
        copy, key, entries = self._copies[answer_id], key_of(answer_id), self._own.entries(answer_id) or ()
        if copy.torn:
            pipeline.delete(key)
            sent.append((answer_id, _CLEARING))
        if not copy.opened:
            pipeline.xadd(key, {b"o": b""}, id=OPENED)
            sent.append((answer_id, _OPENING))
        for entry in entries[copy.written : copy.written + ENTRIES_AT_ONCE]:
            # Only onto what is there: a log that Redis has lost must not go on with a hole in it.
            pipeline.xadd(key, fields_of(entry), id=id_of(entry.seq), nomkstream=True)
            sent.append((answer_id, entry.seq))
        if copy.unsure and len(entries) <= copy.written + ENTRIES_AT_ONCE:
            pipeline.xlen(key)
            sent.append((answer_id, _COUNTING))
        now = time.monotonic()
        if _ends(entries) or now - copy.renewed_at > settings.ANSWER_LOG_SECONDS / 4:
            pipeline.expire(key, settings.ANSWER_LOG_SECONDS)
            sent.append((answer_id, _OTHER))
            copy.renewed_at = now

    def _note(self, sent: _Sent, replies: Sequence[Any]) -> None:
        lost: set[UUID] = set()
        for (answer_id, what), reply in zip(sent, replies, strict=True):
            copy = self._copies.get(answer_id)
            if copy is None or answer_id in lost or what == _OTHER:
                continue
            if what >= _OPENING and not _is_there(reply):
                lost.add(answer_id)
                copy.lose()
            else:
                copy.note(what, reply)

    def _settle(self, answer_id: UUID) -> None:
        """Tell who waits, and let go of an answer that is copied as far as it goes."""
        copy, entries = self._copies.get(answer_id), self._own.entries(answer_id)
        if copy is None:
            return
        copy.tried.set()
        if entries is None or (copy.opened and not copy.unsure and copy.written >= len(entries)):
            self._behind.pop(answer_id, None)
            if entries is None or _ends(entries):
                del self._copies[answer_id]
                self._copied.append(answer_id)
                if len(self._copied) > COPIED_KEPT:  # who resumes an older one reads it in Redis
                    self._own.forget(self._copied.popleft())

    def _lose_all(self) -> None:
        """Take nothing for granted after an outage: a Redis that comes back may have forgotten."""
        for answer_id, copy in list(self._copies.items()):
            copy.lose()
            copy.tried.set()
            if self._own.entries(answer_id) is None:  # it has expired here as well
                self._behind.pop(answer_id, None)
                del self._copies[answer_id]
            else:
                self._behind[answer_id] = None


def _ends(entries: Sequence[Entry]) -> bool:
    return bool(entries) and entries[-1].last


def _is_there(reply: Any) -> bool:
    """Whether Redis has the entry now: it took it, or it had it before; None says that there is no log."""
    if isinstance(reply, ResponseError) and "equal or smaller" in str(reply):
        return True
    if isinstance(reply, Exception):
        raise reply
    return reply is not None
