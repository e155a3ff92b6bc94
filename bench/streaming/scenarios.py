"""What is done to the streams. Every scenario returns its figures and whether they are what was promised."""

import asyncio
import random
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx

from bench.streaming.model_server import is_whole
from bench.streaming.reader import Reader, Reading, Tally
from bench.streaming.stage import ENDING_SECONDS, Stage
from tools.stack import processes
from tools.stack.processes import Process

Figures = dict[str, Any]
CUT_AFTER = (1, 6)  # frames
MOST_SHOWN = 10
AWAY_SECONDS = 12.0  # a lease has eight
ASKED_WITHIN = 8.0


def _readers(stage: Stage, many: int, seed: int, tally: Tally, http: httpx.AsyncClient) -> list[Reader]:
    return [
        Reader(
            stage.product, stage.people[number % 2], random.Random(f"{seed}/{number}"), tally=tally, http=http
        )
        for number in range(many)
    ]


def _judge(reading: Reading, stage: Stage, tally: Tally) -> None:
    done = reading.done or {}
    tally.counts["answers"] += 1
    if done.get("status") != "complete":  # told by `ends`; only whole answers have to be whole
        shown = {name: done.get(name) for name in ("status", "code", "answer_id", "seq")}
        tally.unfinished.append({**shown, "words": len(reading.text.split())})
        return
    if done.get("text") != reading.text:
        tally.counts["differs from done"] += 1
    if not is_whole(reading.text, stage.script.tokens):
        tally.counts["not whole"] += 1


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=None))


async def resumes(stage: Stage, *, cycles: int, readers: int, seed: int) -> Figures:
    """Cut and resume until there were `cycles` cuts, each time at a random replica."""
    tally, began = Tally(), time.monotonic()
    async with _client() as http:

        async def read_on(reader: Reader) -> None:
            reader.cut_after = CUT_AFTER
            while tally.counts["cuts"] < cycles:
                _judge(await reader.read(), stage, tally)

        await asyncio.gather(*map(read_on, _readers(stage, readers, seed, tally, http)))
    return _figures(tally, began)


async def restarts(stage: Stage, *, rounds: int, streams: int, seed: int) -> Figures:
    """Replace every replica in turn, `rounds` times, while `streams` answers are read all the time.

    As in a rolling update of Kubernetes the next one is replaced while the last one still drains.
    """
    tally, began, over = Tally(), time.monotonic(), asyncio.Event()
    numbers = count(len(stage.product.parts) + 1)
    async with _client() as http:

        async def read_on(reader: Reader) -> None:
            while not over.is_set():
                _judge(await reader.read(), stage, tally)

        reading = asyncio.gather(*map(read_on, _readers(stage, streams, seed, tally, http)))
        ending: list[asyncio.Task[bool]] = []
        for number in range(1, rounds + 1):
            for name in list(stage.product.parts):
                old = await asyncio.to_thread(stage.product.replace, name, next(numbers))
                ending.append(
                    asyncio.create_task(asyncio.to_thread(processes.end, old, patience=ENDING_SECONDS))
                )
            print(f"round {number}: {tally.counts['answers']} answers", flush=True)
        over.set()
        await reading
        late = (await asyncio.gather(*ending)).count(False)
    return {"restarts": len(ending), "not ended in time": late, "streams": streams, **_figures(tally, began)}


async def _ended(old: Process) -> bool:
    """End a replica by SIGTERM and return whether it did so in time."""
    return await asyncio.to_thread(processes.end, old, patience=ENDING_SECONDS)


async def deaths(stage: Stage, *, rounds: int, streams: int, seed: int) -> Figures:
    """Kill replicas under live streams; how long until their answers are closed, and how much is lost."""
    tally, began, chance = Tally(), time.monotonic(), random.Random(seed)
    closed: list[float] = []
    lost: list[float] = []
    async with _client() as http:
        for _round in range(rounds):
            readers = _readers(stage, streams, chance.randrange(10**6), tally, http)
            asking = [asyncio.create_task(reader.read()) for reader in readers]
            await asyncio.sleep(chance.uniform(1.5, 3.0))
            victim = chance.choice(list(stage.product.parts))
            await asyncio.to_thread(stage.product.kill, victim)
            killed = time.time()
            for task in asyncio.as_completed(asking):
                reading = await task
                if (reading.done or {}).get("status") == "interrupted":
                    closed.append(time.time() - killed)
                    lost.append(_lost_seconds(reading, stage))
            await asyncio.to_thread(stage.product.start, victim)
    found = {"closed_after_s": _spread(closed), "text_lost_s": _spread(lost)}
    return {"killed": rounds, "interrupted": len(closed), **found, **_figures(tally, began)}


async def outages(stage: Stage, *, rounds: int, streams: int, seed: int) -> Figures:
    """Kill the database for longer than a lease under answers that end meanwhile and after it.

    What was searched for just then fails before its first word; of the others none may be `cut off`.
    """
    tally, began, chance = Tally(), time.monotonic(), random.Random(seed)
    async with _client() as http:
        for _round in range(rounds):
            readers = _readers(stage, streams, chance.randrange(10**6), tally, http)
            asking = [asyncio.create_task(_begun_within(ASKED_WITHIN, reader, chance)) for reader in readers]
            await asyncio.sleep(ASKED_WITHIN + 2)
            await asyncio.to_thread(stage.servers.kill, "postgres")
            await asyncio.sleep(AWAY_SECONDS)
            await asyncio.to_thread(stage.servers.start, "postgres")
            for reading in await asyncio.gather(*asking):
                _judge(reading, stage, tally)
    cut_off = len([each for each in tally.unfinished if each["words"]])
    return {"killed": rounds, "away_s": AWAY_SECONDS, "cut off": cut_off, **_figures(tally, began)}


async def _begun_within(seconds: float, reader: Reader, chance: random.Random) -> Reading:
    await asyncio.sleep(chance.uniform(0, seconds))
    return await reader.read()


def _lost_seconds(reading: Reading, stage: Stage) -> float:
    """Return how much of what the reader had seen is not in the stored answer, in seconds of the model's."""
    stored = str((reading.done or {}).get("text", "")).split()
    return max(0, len(reading.text.split()) - len(stored)) / stage.script.rate


def _spread(values: list[float]) -> Figures:
    ordered = sorted(values)
    if not ordered:
        return {}
    at: Callable[[float], float] = lambda share: round(ordered[int(share * (len(ordered) - 1))], 2)  # noqa: E731
    return {"min": at(0), "median": at(0.5), "p95": at(0.95), "max": at(1)}


def _figures(tally: Tally, began: float) -> Figures:
    return {
        "seconds": round(time.monotonic() - began, 1),
        "ends": dict(tally.ends),
        "counts": dict(tally.counts),
        "resumed_ms": _spread(tally.resumed_ms),
        "unfinished": tally.unfinished[:MOST_SHOWN],
    }
