"""What a replica still holds after thousands of sockets and stopped answers, and for one that is silent."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
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

        await _many(cut, sockets // 10)
        await _many(cancel, cancellations // 10)
        await asyncio.sleep(SETTLE_SECONDS)
        before, memory, began = replica.holds(), replica.memory(), time.monotonic()
        await _many(cut, sockets)
        await _many(cancel, cancellations)
        seconds = time.monotonic() - began
        await asyncio.sleep(SETTLE_SECONDS)
    after, grown = replica.holds(), replica.memory() - memory
    return {
        "sockets": sockets,
        "cancellations": cancellations,
        "seconds": round(seconds, 1),
        "before": before,
        "after": after,
        "grown_mib": round(grown, 2),
        "grown_mib_per_hour_at_this_pace": round(grown / seconds * 3600, 1),
        "good": all(after[name] <= before[name] for name in before),
    }


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
