"""Questions beside other things: longer answers, log-ins, more at the same time than there is room for."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from statistics import median
from typing import Any
from uuid import uuid4

import httpx

from bench.faults.people import Person
from bench.gateways import load
from bench.gateways.goals import Row
from bench.gateways.load import cpu_us
from bench.gateways.loads import follow_script, p95
from bench.gateways.peers import Peer
from bench.streaming.reader import QUESTION

SHORT, LONG = 200, 2000  # tokens
FAST = 1000.0  # tokens a second
MODEL_SECONDS = 0.2
IN_FLIGHT = 256
ASKERS, ASKED_EACH = 4, 15
LOGGING_IN = 2
CONNECTIONS, QUESTIONS_EACH = 32, 6


async def lengths(model: str, ours: Peer) -> Row:
    """Compare the bytes of a long answer with those of a short one."""
    heard = []
    for tokens in (SHORT, LONG):
        follow_script(model, tokens=tokens, rate=FAST)
        heard.append(await load.asked(ours, 1))
    short, long = heard
    return {
        "bytes_short": short.bytes,
        "bytes_long": long.bytes,
        "bytes_long_over_short": long.bytes / short.bytes,
    }


async def in_flight(model: str, replicas: Sequence[Peer]) -> Row:
    """Ask all replicas together for answers that the model has after its time."""
    follow_script(model, tokens=2, rate=1 / MODEL_SECONDS)
    heard = await asyncio.gather(*(load.asked(each, IN_FLIGHT // len(replicas)) for each in replicas))
    whole = [seconds for each in heard for seconds in each.whole]
    beyond = p95(whole) / 1000 - MODEL_SECONDS
    per_second = len(whole) / max(each.seconds for each in heard)
    return {
        "whole_p95_ms": p95(whole),
        "beyond_over_model": beyond / MODEL_SECONDS,
        "questions_per_second": per_second,
        "share_of_possible": per_second / (IN_FLIGHT / MODEL_SECONDS),
    }


async def asking(model: str, gateway: Peer, database_us: Callable[[], float]) -> Row:
    """Ask on as many connections, again and again, for whole answers of a model that has them at once."""
    follow_script(model, tokens=20, rate=FAST)
    whole: list[float] = []

    async def one(client: httpx.AsyncClient) -> None:
        session = f"{uuid4()}"
        for _question in range(QUESTIONS_EACH):
            began = time.perf_counter()
            answer = await client.post(gateway.path, json={"prompt": QUESTION, "session_id": session})
            answer.raise_for_status()
            whole.append((time.perf_counter() - began) * 1000)

    limits = httpx.Limits(max_connections=CONNECTIONS)
    about: dict[str, Any] = {"base_url": gateway.address, "limits": limits, "timeout": 120}
    async with httpx.AsyncClient(**about, headers={"Authorization": f"Bearer {gateway.key}"}) as client:
        began, used, kept = time.perf_counter(), cpu_us(gateway.pid), database_us()
        await asyncio.gather(*(one(client) for _ in range(CONNECTIONS)))
    return {
        "questions_per_second": len(whole) / (time.perf_counter() - began),
        "whole_p50_ms": median(whole),
        "whole_p95_ms": p95(whole),
        "processor_ms": (cpu_us(gateway.pid) - used) / len(whole) / 1000,
        "database_ms": (database_us() - kept) / len(whole) / 1000,
    }


async def beside_logins(model: str, ours: Peer, person: Person) -> Row:
    """Compare how long answers take while people log in with how long they take otherwise."""
    follow_script(model, tokens=5, rate=FAST)
    without = await _asked_by_some(ours)
    logging_in = [
        asyncio.create_task(_log_in(person.username, person.password, ours.address))
        for _ in range(LOGGING_IN)
    ]
    beside = await _asked_by_some(ours)
    for task in logging_in:
        task.cancel()
    logins = sum(await asyncio.gather(*logging_in))
    return {
        "without_p95_ms": p95(without),
        "beside_p95_ms": p95(beside),
        "logins": logins,
        "beside_over_without": p95(beside) / p95(without),
    }


async def _asked_by_some(ours: Peer) -> list[float]:
    async def one() -> list[float]:
        return [whole for _ in range(ASKED_EACH) for whole in (await load.asked(ours, 1)).whole]

    return [whole for times in await asyncio.gather(*(one() for _ in range(ASKERS))) for whole in times]


async def _log_in(username: str, password: str, address: str) -> int:
    """Log in again and again until cancelled; return how often."""
    times = 0
    with suppress(asyncio.CancelledError):
        async with httpx.AsyncClient(base_url=address, timeout=20) as client:
            while True:
                answer = await client.post("/login", json={"username": username, "password": password})
                times += answer.is_success
                await asyncio.sleep(0 if answer.is_success else 0.2)
    return times
