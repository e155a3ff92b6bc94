"""A Redis that keeps streams in memory, for two replicas of one process, and fails when it is told to.

A fault hits one round trip: `before` it took effect, `after` it did, with its reply lost, after `half` of its
commands, with one command `refused`, or having `forgotten` everything first.
"""

import asyncio
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

from redis.exceptions import OutOfMemoryError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

Fault = Literal["none", "before", "after", "half", "refused", "forgotten"]
Stream: TypeAlias = "list[tuple[bytes, dict[bytes, bytes]]]"


class FakeRedis:
    """`faults` are for the round trips that write, in turn; `read_faults` for those that read."""

    def __init__(self, faults: list[Fault] | None = None, read_faults: list[Fault] | None = None) -> None:
        self.streams: dict[str, Stream] = {}
        self.faults = faults or []
        self.read_faults = read_faults or []
        self.replies = asyncio.Event()  # while it is not set, what was read is on its way
        self.replies.set()
        self._changed = asyncio.Event()

    def pipeline(self, *, transaction: bool) -> "FakePipeline":
        assert not transaction
        return FakePipeline(self)

    async def exists(self, key: str) -> int:
        await self._fail_reading()
        return key in self.streams

    async def delete(self, key: str) -> None:
        self.streams.pop(key, None)

    async def xread(self, streams: Mapping[Any, Any], *, count: int, block: int | None) -> list[Any]:
        changed = self._changed
        found = self._after(streams, count)
        if not found and block:
            await changed.wait()
            found = self._after(streams, count)
        await self.replies.wait()
        await self._fail_reading()
        return found

    async def aclose(self) -> None:
        return None

    def add(self, key: str, fields: dict[bytes, bytes], entry_id: bytes, *, make: bool) -> bytes | None:
        if key not in self.streams and not make:
            return None
        stream = self.streams.setdefault(key, [])
        if stream and _order(entry_id) <= _order(stream[-1][0]):
            raise ResponseError(
                "The ID specified in XADD is equal or smaller than the target stream top item"
            )
        stream.append((entry_id, fields))
        return entry_id

    def wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _fail_reading(self) -> None:
        await asyncio.sleep(0)
        if self.read_faults and self.read_faults.pop(0) != "none":
            raise RedisTimeoutError("timed out")

    def _after(self, streams: Mapping[Any, Any], count: int) -> list[Any]:
        found = {
            key: [entry for entry in self.streams.get(str(key), []) if _order(entry[0]) > _order(position)]
            for key, position in streams.items()
        }
        return [[str(key).encode(), entries[:count]] for key, entries in found.items() if entries]


class FakePipeline:
    def __init__(self, redis: FakeRedis) -> None:
        self._redis = redis
        self._commands: list[Callable[[], Any]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def xadd(self, key: str, fields: dict[bytes, bytes], id: Any = "*", **how: Any) -> None:
        entry_id = id if isinstance(id, bytes) else str(id).encode()
        if entry_id == b"*":  # the key that wakes readers: each entry after the one before
            entry_id = b"%d-0" % (len(self._redis.streams.get(key, [])) + 1)
        make = not how.get("nomkstream")
        self._commands.append(lambda: self._redis.add(key, fields, entry_id, make=make))

    def delete(self, key: str) -> None:
        self._commands.append(lambda: self._redis.streams.pop(key, None))

    def xlen(self, key: str) -> None:
        self._commands.append(lambda: len(self._redis.streams.get(key, [])))

    def expire(self, _key: str, _seconds: int) -> None:
        self._commands.append(lambda: True)

    async def execute(self, *, raise_on_error: bool = True) -> list[Any]:
        await asyncio.sleep(0)
        fault = self._redis.faults.pop(0) if self._redis.faults and not raise_on_error else "none"
        if fault == "before":
            raise RedisTimeoutError("timed out")
        if fault == "forgotten":
            self._redis.streams.clear()
        if fault == "half":
            self._commands = self._commands[: len(self._commands) // 2]
        refused = 1 if fault == "refused" else None
        replies = [_reply(command, number == refused) for number, command in enumerate(self._commands)]
        self._redis.wake()
        if fault in {"after", "half"}:
            raise RedisTimeoutError("timed out")
        return replies


def _reply(command: Callable[[], Any], refused: bool) -> Any:
    if refused:
        return OutOfMemoryError("command not allowed when used memory > 'maxmemory'")
    try:
        return command()
    except ResponseError as error:
        return error


def _order(entry_id: bytes) -> tuple[int, int]:
    milliseconds, _, number = bytes(entry_id).partition(b"-")
    return int(milliseconds), int(number)
