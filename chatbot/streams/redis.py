"""The answer log that replicas share: a process's own answers are read from its memory, as in the embedded
log, and copied to Redis; those of other replicas are read from there.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import Entry
from chatbot.streams.redis_copies import Copies
from chatbot.streams.redis_tail import Tail
from chatbot.streams.redis_wire import connect


class RedisAnswerLog:
    """While Redis is away, streaming goes on where the answer is written; elsewhere no log is in reach."""

    def __init__(self, url: str, *, quiet_seconds: float) -> None:
        self._redis = connect(url)
        self._own = MemoryAnswerLog(quiet_seconds=quiet_seconds)
        self._copies = Copies(self._redis, self._own)
        self._tail = Tail(self._redis, MemoryAnswerLog(quiet_seconds=quiet_seconds))

    async def open(self, answer_id: UUID) -> None:
        await self._own.open(answer_id)
        await self._copies.open(answer_id)

    async def append(self, answer_id: UUID, entry: Entry) -> None:
        await self._own.append(answer_id, entry)
        self._copies.catch_up(answer_id)

    def read(self, answer_id: UUID, *, after_seq: int) -> AsyncGenerator[Entry | None, None]:
        if answer_id in self._own:
            return self._own.read(answer_id, after_seq=after_seq)
        return self._read_elsewhere(answer_id, after_seq)

    async def _read_elsewhere(self, answer_id: UUID, after_seq: int) -> AsyncGenerator[Entry | None, None]:
        async with (
            self._tail.following(answer_id) as mirrors,
            aclosing(mirrors.read(answer_id, after_seq=after_seq)) as entries,
        ):
            async for entry in entries:
                yield entry

    async def discard(self, answer_id: UUID) -> None:
        await self._own.discard(answer_id)
        await self._copies.discard(answer_id)

    async def aclose(self) -> None:
        await self._copies.aclose()
        await self._tail.aclose()
        await self._redis.aclose()
