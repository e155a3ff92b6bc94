"""What a replica still holds after thousands of sockets and stopped answers, and for one that is silent."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bench.streaming.memory import growth, sampled
from bench.streaming.reader import QUESTION
from bench.streaming.replica import Replica
from bench.streaming.stage import Stage

PARALLEL = 24
QUESTIONS_OF_A_SOCKET = 5
SETTLE_SECONDS = 20.0
SILENT_SECONDS = (5.0, 25.0)
PATIENCE_SECONDS = 33.0  # of the product, and a little
NO_CREDIT = 4408
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Comes again and again, to leave at once or to stop what it has asked for."""

    replica: Replica
    http: httpx.AsyncClient
    chance: random.Random

    async def cut(self) -> None:
        socket = await self.replica.socket(self.http)
        socket.transport.abort() if self.chance.random() < 0.5 else await socket.close()

    async def cancel(self) -> None:
        async with asyncio.timeout(120), await self.replica.socket(self.http) as socket:
            for _question in range(QUESTIONS_OF_A_SOCKET):
                await _cancelled(socket, self.chance)


async def leaks(stage: Stage, *, sockets: int, cancellations: int, seed: int) -> Figures:
    """Open, cut and stop; then compare with what there was after a twentieth of that."""
    replica, asking = Replica(stage), -(-cancellations // QUESTIONS_OF_A_SOCKET)
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as http:
        visitor = Visitor(replica, http, random.Random(seed))
        start = await asyncio.to_thread(replica.holds)
        await _many(visitor.cut, _first(sockets))
        await _many(visitor.cancel, _first(asking))
        await asyncio.sleep(SETTLE_SECONDS)
        before, began = await asyncio.to_thread(replica.holds), time.monotonic()
        async with sampled(replica.memory) as samples:
            await _many(visitor.cut, sockets)
            await _many(visitor.cancel, asking)
            seconds = time.monotonic() - began
            after = await _settled(replica, before)
    return {
        "sockets": sockets,
        "cancellations": asking * QUESTIONS_OF_A_SOCKET,
        "seconds": round(seconds, 1),
        "start": start,
        "before": before,
        "after": after,
        **growth(samples.by_time),
        "good": _is_back(after, before),
    }


async def _settled(replica: Replica, before: dict[str, int]) -> dict[str, int]:
    """Return what the replica holds when it holds no more than before, at the latest after a while."""
    held = before
    for _second in range(int(SETTLE_SECONDS)):
        await asyncio.sleep(1)
        held = await asyncio.to_thread(replica.holds)
        if _is_back(held, before):
            break
    return held


def _is_back(held: dict[str, int], before: dict[str, int]) -> bool:
    return all(held[name] <= before[name] for name in before if name != "pooled")


def _first(times: int) -> int:
    """Return how many fill pools and caches: those of what runs at the same time later, at least."""
    return max(times // 20, 2 * PARALLEL)


async def _many(work: Callable[[], Awaitable[None]], times: int) -> None:
    slots = asyncio.Semaphore(PARALLEL)

    async def one() -> None:
        async with slots:
            await work()

    await asyncio.gather(*(one() for _ in range(times)))


async def _cancelled(socket: ClientConnection, chance: random.Random) -> None:
    """Ask, and stop the answer at some moment between the question and its first words."""
    await socket.send(json.dumps({"type": "ask", "client_id": str(uuid4()), "text": QUESTION}))
    until = chance.choice(("accepted", "stage", "delta"))
    while (frame := json.loads(await socket.recv()))["type"] not in {until, "done", "error"}:
        pass
    if "answer_id" in frame:
        await socket.send(json.dumps({"type": "stop", "answer_id": frame["answer_id"]}))
    while frame["type"] not in {"done", "error"}:
        frame = json.loads(await socket.recv())


async def silent(stage: Stage, *, readers: int) -> Figures:
    """Ask on sockets that never read or acknowledge; what the replica holds for each of them, and whether
    that grows while the answers go on."""
    replica = Replica(stage)
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as http:
        for _warming in range(2):  # the caches that many questions at once fill are nobody's
            await asyncio.gather(*[_heard(await replica.socket(http)) for _ in range(readers)])
        opened = [await replica.socket(http) for _ in range(readers)]
        before = replica.memory()
        for socket in opened:
            socket.transport.pause_reading()
            await socket.send(json.dumps({"type": "ask", "client_id": str(uuid4()), "text": QUESTION}))
        early = await _memory_after(replica, SILENT_SECONDS[0])
        late = await _memory_after(replica, SILENT_SECONDS[1] - SILENT_SECONDS[0])
        await asyncio.sleep(PATIENCE_SECONDS - SILENT_SECONDS[1])
        codes = Counter(await asyncio.gather(*map(_close_code, opened)))
    each = (late - before) / readers
    return {
        "silent_readers": readers,
        "before_mib": round(before, 2),
        "grown_mib": round(late - before, 2),
        "each_mib": round(each, 3),
        "later_over_early": round(late / early, 3),
        "sent_away": codes[NO_CREDIT],
        "good": each <= 1 and late / early <= 1.1 and codes[NO_CREDIT] == readers,
    }


async def _heard(socket: ClientConnection) -> None:
    """Ask and read the answer to its end."""
    async with socket:
        await socket.send(json.dumps({"type": "ask", "client_id": str(uuid4()), "text": QUESTION}))
        while (frame := json.loads(await socket.recv()))["type"] not in {"done", "error"}:
            if "seq" in frame:
                ack = {"type": "ack", "answer_id": frame["answer_id"], "seq": frame["seq"]}
                await socket.send(json.dumps(ack))


async def _close_code(socket: ClientConnection) -> int | None:
    """Read on and return with which code the server has closed."""
    socket.transport.resume_reading()
    with suppress(ConnectionClosed):
        async with asyncio.timeout(30):
            async for _frame in socket:
                pass
    return socket.close_code


async def _memory_after(replica: Replica, seconds: float) -> float:
    await asyncio.sleep(seconds)
    return replica.memory()
