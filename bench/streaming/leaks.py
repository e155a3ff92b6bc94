"""What a replica still holds after thousands of sockets and stopped answers, and for one that is silent."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import linear_regression
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from websockets.asyncio.client import ClientConnection, connect

from bench.streaming.reader import QUESTION
from bench.streaming.stage import Stage

PARALLEL = 24
SETTLE_SECONDS = 20.0
SILENT_SECONDS = 25.0
SAMPLE_SECONDS = 5.0
Figures = dict[str, Any]


class Replica:
    """One replica as the system sees it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.door = stage.doors[0]
        process = next(iter(stage.product.parts.values())).process
        if process is None:
            raise RuntimeError("the replica does not run")
        self.pid = process.pid
        self._proc = Path("/proc") / str(process.pid)

    def memory(self) -> float:
        """Return the proportional set size in MiB."""
        lines = (self._proc / "smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def holds(self) -> dict[str, int]:
        """Return descriptors, threads, and connections to the database."""
        with psycopg.connect(self._stage.product.settings["DATABASE_URL"]) as database:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            (connections,) = database.execute(asked).fetchone() or (0,)
        return {
            "descriptors": len(list((self._proc / "fd").iterdir())),
            "threads": len(list((self._proc / "task").iterdir())),
            "connections": connections - 1,
        }

    async def socket(self, http: httpx.AsyncClient) -> ClientConnection:
        """Return an open socket after its `hello`."""
        headers = self._stage.people[0].headers
        answer = await http.post(f"{self.door}/api/v1/ws-ticket", headers=headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            await asyncio.to_thread(self._stage.people[0].log_in, self.door)
            return await self.socket(http)
        ticket = answer.raise_for_status().json()["ticket"]
        url = f"{self.door.replace('http', 'ws', 1)}/ws/chat/"
        socket = await connect(url, subprotocols=[f"ticket.{ticket}"], ping_interval=None)  # type: ignore[list-item]
        await socket.recv()
        return socket


async def leaks(stage: Stage, *, sockets: int, cancellations: int, seed: int) -> Figures:
    """Open, cut and stop; then compare with what there was after a tenth of that."""
    replica, chance = Replica(stage), random.Random(seed)
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as http:

        async def cut() -> None:
            socket = await replica.socket(http)
            socket.transport.abort() if chance.random() < 0.5 else await socket.close()

        async def cancel() -> None:
            await _cancelled(await replica.socket(http), chance)

        await _many(cut, _first(sockets))
        await _many(cancel, _first(cancellations))
        await asyncio.sleep(SETTLE_SECONDS)
        before, began = replica.holds(), time.monotonic()
        async with _sampled(replica) as samples:
            await _many(cut, sockets)
            await _many(cancel, cancellations)
            seconds = time.monotonic() - began
            await asyncio.sleep(SETTLE_SECONDS)
    after = replica.holds()
    return {
        "sockets": sockets,
        "cancellations": cancellations,
        "seconds": round(seconds, 1),
        "before": before,
        "after": after,
        **_growth(samples),
        "good": all(after[name] <= before[name] for name in before),
    }


@asynccontextmanager
async def _sampled(replica: Replica) -> AsyncIterator[list[tuple[float, float]]]:
    """Look at the memory again and again; yield what was seen so far: when, in seconds, and how much."""
    samples = [(time.monotonic(), replica.memory())]

    async def look() -> None:
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            samples.append((time.monotonic(), replica.memory()))

    looking = asyncio.create_task(look())
    try:
        yield samples
    finally:
        looking.cancel()


def _growth(samples: Sequence[tuple[float, float]]) -> Figures:
    """Return by how much the memory grew, how it went, and at what pace in the second half."""
    return {
        "grown_mib": round(samples[-1][1] - samples[0][1], 2),
        "memory_mib": [round(memory, 1) for _at, memory in samples[:: max(1, len(samples) // 20)]],
        "second_half_mib_per_hour": round(_slope(samples[len(samples) // 2 :]) * 3600, 1),
    }


def _slope(samples: Sequence[tuple[float, float]]) -> float:
    """Return the growth a second by least squares."""
    times, memory = zip(*samples, strict=True)
    return linear_regression(times, memory).slope if len(samples) > 1 else 0.0


def _first(times: int) -> int:
    """Return how many fill the pools of connections: those of what runs at the same time later, at least."""
    return max(times // 10, 2 * PARALLEL)


async def _many(work: Callable[[], Awaitable[None]], times: int) -> None:
    slots = asyncio.Semaphore(PARALLEL)

    async def one() -> None:
        async with slots:
            await work()

    await asyncio.gather(*(one() for _ in range(times)))


async def _cancelled(socket: ClientConnection, chance: random.Random) -> None:
    """Ask, and stop the answer at some moment between the question and its first words."""
    async with asyncio.timeout(60), socket:
        await socket.send(json.dumps({"type": "ask", "client_id": str(uuid4()), "text": QUESTION}))
        until = chance.choice(("accepted", "stage", "delta"))
        while (frame := json.loads(await socket.recv()))["type"] not in {until, "done", "error"}:
            pass
        if "answer_id" in frame:
            await socket.send(json.dumps({"type": "stop", "answer_id": frame["answer_id"]}))
        while frame["type"] not in {"done", "error"}:
            frame = json.loads(await socket.recv())


async def silent(stage: Stage, *, readers: int) -> Figures:
    """Ask on sockets that never read or acknowledge; what the replica holds for each of them."""
    replica = Replica(stage)
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as http:
        opened = [await replica.socket(http) for _ in range(readers)]
        before = replica.memory()
        for socket in opened:
            socket.transport.pause_reading()
            await socket.send(json.dumps({"type": "ask", "client_id": str(uuid4()), "text": QUESTION}))
        await asyncio.sleep(SILENT_SECONDS)
        grown = replica.memory() - before
        for socket in opened:
            socket.transport.abort()
    each = grown / readers
    return {
        "silent_readers": readers,
        "grown_mib": round(grown, 2),
        "each_mib": round(each, 3),
        "good": each <= 1,
    }
