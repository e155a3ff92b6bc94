"""Steady mixed traffic, and how a replica's memory goes under it."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from bench.streaming.memory import course, sampled, slope
from bench.streaming.reader import QUESTION, Frame
from bench.streaming.replica import Replica
from bench.streaming.stage import Stage

WARM_UP = 0.35  # of the time: pools, caches and the allocator's arenas fill
MOST_MIB_PER_HOUR = 1.0
READS = ("/api/v1/conversations", "/api/v1/search?q=חופשה", "/api/health", "/api/v1/profile", "/metrics")
Figures = dict[str, Any]


@dataclass
class Traffic:
    """`visitors` come again and again, each `pause` seconds after it left, to do one of several things."""

    replica: Replica
    http: httpx.AsyncClient
    chance: random.Random
    token: Callable[[], dict[str, str]]
    counts: Counter[str] = field(default_factory=Counter)

    async def visit(self) -> None:
        kinds = (self.read, self.ask, self.ask, self.stop, self.resume, self.events, self.leave)
        kind = self.chance.choice(kinds)
        await kind()
        self.counts[kind.__name__] += 1

    async def read(self) -> None:
        for path in READS:
            answer = await self.http.get(f"{self.replica.door}{path}", headers=self.token())
            if answer.is_error:
                self.counts[f"HTTP {answer.status_code}"] += 1

    async def ask(self) -> None:
        await self._ask()

    async def _ask(self, *, until: str = "done", stop: bool = False) -> Frame:
        """Ask on a new socket; leave after the first frame of the kind `until`."""
        async with await self.replica.socket(self.http) as socket:
            await socket.send(json.dumps({"type": "ask", "client_id": str(uuid4()), "text": QUESTION}))
            while (frame := json.loads(await socket.recv()))["type"] not in {until, "done", "error"}:
                if "seq" in frame:
                    await socket.send(json.dumps({**_place(frame), "type": "ack"}))
            if stop and "answer_id" in frame:
                await socket.send(json.dumps({"type": "stop", "answer_id": frame["answer_id"]}))
            self.counts["answers"] += 1
            found: Frame = frame
            return found

    async def stop(self) -> None:
        await self._ask(until="delta", stop=True)

    async def resume(self) -> None:
        seen = await self._ask(until="delta")
        async with await self.replica.socket(self.http) as socket:
            await socket.send(
                json.dumps({"type": "resume", "answer_id": seen["answer_id"], "after_seq": seen["seq"]})
            )
            while json.loads(await socket.recv())["type"] not in {"done", "error"}:
                pass

    async def events(self) -> None:
        headers = {**self.token(), "Accept": "text/event-stream"}
        asked = self.http.stream(
            "POST", f"{self.replica.door}/chat", json={"prompt": QUESTION}, headers=headers
        )
        async with asked as response:
            async for _line in response.aiter_lines():
                pass
        self.counts["answers"] += 1

    async def leave(self) -> None:
        socket = await self.replica.socket(self.http)
        socket.transport.abort()


def _place(frame: Frame) -> Frame:
    return {"answer_id": frame["answer_id"], "seq": frame["seq"]}


async def soak(stage: Stage, *, minutes: float, visitors: int, pause: float, seed: int) -> Figures:
    """Keep the traffic up and watch the memory, over time and over answers, after the warm-up."""
    replica, chance = Replica(stage), random.Random(seed)
    over = time.monotonic() + minutes * 60
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as http:
        traffic = Traffic(replica, http, chance, lambda: stage.people[0].headers)

        async def visitor() -> None:
            while time.monotonic() < over:
                await traffic.visit()
                await asyncio.sleep(chance.expovariate(1 / pause))

        visiting = asyncio.gather(*(visitor() for _ in range(visitors)))
        await asyncio.sleep(minutes * 60 * WARM_UP)
        held, answered, began = replica.holds(), traffic.counts["answers"], time.monotonic()
        async with sampled(replica.memory, lambda: traffic.counts["answers"]) as samples:
            await visiting
        seconds, answers = time.monotonic() - began, traffic.counts["answers"] - answered
    return {
        "seconds": round(seconds),
        "visits": dict(traffic.counts),
        "answers_per_hour": round(answers / seconds * 3600),
        "warm": held,
        "after": replica.holds(),
        "memory_mib": course(samples.by_time),
        **_judged(slope(samples.by_time), slope(samples.by_work)),
    }


def _judged(by_time: tuple[float, float, float], by_answer: tuple[float, float, float]) -> Figures:
    hour = [round(each * 3600, 2) for each in by_time]
    thousand = [round(each * 1000, 3) for each in by_answer]
    return {
        "mib_per_hour": {"slope": hour[0], "from": hour[1], "to": hour[2]},
        "mib_per_1000_answers": {"slope": thousand[0], "from": thousand[1], "to": thousand[2]},
        "good": hour[0] <= MOST_MIB_PER_HOUR,
    }
