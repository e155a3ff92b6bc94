"""Somebody who asks without a pause, and somebody of another organisation: goal 19."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

import httpx

from bench.endurance.asking import at_95, first_token_ms, firsts
from bench.gateways.goals import OURS, Row
from bench.gateways.loads import follow_script
from bench.streaming.stage import Stage

QUIET = "quiet"
STREAMS = 50
QUESTIONS, APART = 40, 0.2
AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Abuse:
    """Answers of so many tokens, so many a second; `begin_apart` seconds lie between the first questions."""

    tokens: int
    rate: float
    begin_apart: float

    @property
    def settled_after(self) -> float:
        """Return after how many seconds every stream has been asked for, and some more."""
        return STREAMS * self.begin_apart + 3.0


# As many answers as the product's limit lets one person ask for, each so long that 50 are open at once.
WITHIN_LIMITS = Abuse(tokens=600, rate=20, begin_apart=0.6)
# Short answers, asked for again at once, no limit: as many questions as the replica bears.
UNLIMITED = Abuse(tokens=20, rate=20, begin_apart=0.0)


async def beside_abuse(stage: Stage, abuse: Abuse) -> dict[str, Row]:
    """Ask as a person of one organisation, first alone and then beside the other's streams."""
    abuser, other = stage.people
    door = stage.doors[0]
    follow_script(str(stage.product.settings["OLLAMA_URL"]), tokens=abuse.tokens, rate=abuse.rate)

    async def other_asks() -> Row:
        asked = await firsts(door, other.access, count=QUESTIONS, apart=APART, stop=True)
        return {"first_token_p95_ms": at_95(asked), "first_token_p50_ms": median(asked)}

    rows = {QUIET: await other_asks()}
    async with _abused(door, abuser.access, abuse):
        rows[OURS] = await other_asks()
    return rows


@asynccontextmanager
async def _abused(door: str, token: str, abuse: Abuse) -> AsyncIterator[None]:
    """Keep as many streams open as one can; a refused one comes again."""

    async def go_on(number: int) -> None:
        await asyncio.sleep(number * abuse.begin_apart)
        while True:
            try:
                await first_token_ms(door, token)
            except (OSError, httpx.HTTPError, RuntimeError):
                await asyncio.sleep(AGAIN_SECONDS)

    streams = [asyncio.create_task(go_on(number)) for number in range(STREAMS)]
    await asyncio.sleep(abuse.settled_after)
    try:
        yield
    finally:
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
