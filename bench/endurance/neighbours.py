"""Somebody who asks without a pause, and somebody of another organisation: goal 19."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

import httpx

from bench.endurance.asking import at_95, first_token_ms, firsts
from bench.gateways.goals import OURS, Row
from bench.streaming.stage import Stage

QUIET = "quiet"
STREAMS = 50
QUESTIONS, APART = 40, 0.2
BUSY_SECONDS, AGAIN_SECONDS = 3.0, 0.5


async def beside_abuse(stage: Stage) -> dict[str, Row]:
    """Ask as a person of one organisation, first alone and then beside the other's streams."""
    abuser, other = stage.people
    door = stage.doors[0]
    rows = {QUIET: _row(await firsts(door, other.access, count=QUESTIONS, apart=APART))}
    async with _abused(door, abuser.access):
        rows[OURS] = _row(await firsts(door, other.access, count=QUESTIONS, apart=APART))
    return rows


def _row(asked: list[float]) -> Row:
    return {"first_token_p95_ms": at_95(asked), "first_token_p50_ms": median(asked)}


@asynccontextmanager
async def _abused(door: str, token: str) -> AsyncIterator[None]:
    """Keep as many streams open as one can; a refused one comes again."""

    async def go_on() -> None:
        while True:
            try:
                await first_token_ms(door, token)
            except (OSError, httpx.HTTPError, RuntimeError):
                await asyncio.sleep(AGAIN_SECONDS)

    streams = [asyncio.create_task(go_on()) for _ in range(STREAMS)]
    await asyncio.sleep(BUSY_SECONDS)
    try:
        yield
    finally:
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
