"""Follows the logs that other replicas write: one blocking read on one connection for all readers here.

Each followed answer is mirrored in memory for as long as somebody of this process reads it.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import LogExpiredError
from chatbot.streams.redis_wire import BEGINNING, entry_of, key_of
from config.kernel.outages import OutageError, asking_redis, redis_circuit

logger = logging.getLogger(__name__)
RETRY_SECONDS = 0.25
BLOCK_MILLISECONDS = 2000
ENTRIES_AT_ONCE = 100  # of each answer, in one read
WAKE_KEPT_SECONDS = 60
# Every read names all answers, so many answers are read less often and more of each at a time.
SECONDS_FOR_EACH = 0.0002
LONGEST_PAUSE_SECONDS = 0.1


class Tail:
    """The reading task exists only while something is followed."""

    def __init__(self, redis: Redis, mirrors: MemoryAnswerLog) -> None:
        self._redis = redis
        self._mirrors = mirrors
        self._followers: Counter[UUID] = Counter()
        self._positions: dict[str, bytes] = {}
        self._answers: dict[str, UUID] = {}
        self._wake_key = f"sicha:answers:wake:{secrets.token_hex(8)}"
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def following(self, answer_id: UUID) -> AsyncIterator[MemoryAnswerLog]:
        """Mirror an answer; raises LogExpiredError when Redis has no log of it, or does not say."""
        if not await self._exists(answer_id):
            raise LogExpiredError
        self._followers[answer_id] += 1
        try:
            await self._begin(answer_id)
            yield self._mirrors
        finally:
            self._end(answer_id)

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _exists(self, answer_id: UUID) -> bool:
        if answer_id in self._mirrors:
            return True
        try:
            with asking_redis():
                return bool(await self._redis.exists(key_of(answer_id)))
        except OutageError:
            return False

    async def _begin(self, answer_id: UUID) -> None:
        if answer_id in self._mirrors:
            return
        await self._mirrors.open(answer_id)
        self._answers[key_of(answer_id)] = answer_id
        self._positions[key_of(answer_id)] = BEGINNING
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow(), name="answer-log-reader")
        else:
            await self._wake()

    def _end(self, answer_id: UUID) -> None:
        self._followers[answer_id] -= 1
        if not self._followers[answer_id]:
            del self._followers[answer_id]
            self._forget(answer_id)

    def _forget(self, answer_id: UUID) -> None:
        self._mirrors.forget(answer_id)
        self._answers.pop(key_of(answer_id), None)
        self._positions.pop(key_of(answer_id), None)

    async def _wake(self) -> None:
        """Have the read under way return, so that the next one names the new answer too."""
        with suppress(OutageError), asking_redis():
            pipeline: Any
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.xadd(self._wake_key, {b"w": b""}, maxlen=1, approximate=False)
                pipeline.expire(self._wake_key, WAKE_KEPT_SECONDS)
                await pipeline.execute()

    async def _follow(self) -> None:
        woken = BEGINNING
        while self._positions:
            asked = dict(self._positions)
            try:
                found = await self._read(woken, asked)
            except OutageError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for key, entries in found:
                if key.decode() == self._wake_key:
                    woken = entries[-1][0]
                # Otherwise the answer was let go and taken up anew while the reply was on its way.
                elif self._positions.get(key.decode()) == asked[key.decode()]:
                    await self._take(key.decode(), entries)
            await asyncio.sleep(min(LONGEST_PAUSE_SECONDS, len(self._positions) * SECONDS_FOR_EACH))

    async def _read(self, woken: bytes, positions: dict[str, bytes]) -> list[Any]:
        streams: dict[Any, Any] = {self._wake_key: woken, **positions}
        # While it is not known whether Redis is back, the answer must come at once.
        block = None if redis_circuit.is_open else BLOCK_MILLISECONDS
        with asking_redis():
            found: Any = await self._redis.xread(streams, count=ENTRIES_AT_ONCE, block=block)
        return list(found)

    async def _take(self, key: str, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        answer_id = self._answers[key]
        self._positions[key] = entries[-1][0]
        for entry_id, fields in entries:
            entry = entry_of(entry_id, fields)
            if entry is None:
                continue
            if entry.seq != len(self._mirrors.entries(answer_id) or ()) + 1:
                logger.error("answer log has a gap", extra={"answer_id": str(answer_id), "seq": entry.seq})
                return self._forget(answer_id)
            await self._mirrors.append(answer_id, entry)
            if entry.last:
                self._positions.pop(key)
        return None
