"""The loads of the bench: how many answers at the same time, how long, how fast, and who is asked."""

import asyncio
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.request import Request, urlopen

import redis

from bench.gateways import load
from bench.gateways.goals import LITELLM, NGINX, OURS, RELAY, STARLETTE, STRAIGHT, UNPACED, Row
from bench.gateways.peers import Peer


@dataclass(frozen=True, slots=True)
class Load:
    """`tokens` of each answer, `rate` of them a second; `asked` names the gateways, in their order."""

    streams: int
    rate: int
    tokens: int
    asked: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.streams} x {self.rate}"


LOADS = (
    Load(8, 50, 150, (STRAIGHT, OURS, RELAY, STARLETTE, LITELLM)),
    Load(40, 50, 300, (OURS, RELAY, STARLETTE, LITELLM)),
    Load(300, 50, 3000, (OURS, RELAY, NGINX)),  # a minute each: ours search half a minute until all flow
    Load(20, 100, 400, (OURS, UNPACED)),
    Load(40, 30, 150, (OURS, UNPACED)),
)
LEAST_FLOWING = 0.2  # of all tokens


def follow_script(model: str, *, tokens: int, rate: float) -> None:
    """Tell the scripted model what its next answers are."""
    body = json.dumps({"tokens": tokens, "rate": rate}).encode()
    with urlopen(Request(f"{model}/script", data=body, method="POST"), timeout=10):  # noqa: S310  ours, on loopback
        pass


async def round_of(at: Load, model: str, gateways: Sequence[Peer], redis_url: str) -> dict[str, Row]:
    """Ask every gateway of the load once."""
    follow_script(model, tokens=at.tokens, rate=at.rate)
    by_name = {gateway.name: gateway for gateway in gateways}
    rows: dict[str, Row] = {}
    for name in at.asked:
        before = commands_of(redis_url)
        heard = await load.asked(by_name[name], at.streams)
        rows[name] = row_of(heard)
        if name == OURS:
            rows[name]["redis_commands_per_token"] = (commands_of(redis_url) - before - 1) / heard.tokens
        await asyncio.sleep(1)  # for what is done after an answer
    return rows


def row_of(heard: load.Heard) -> Row:
    """Return the figures of a run; a token's cost is that while all answers flowed, where they did so long
    enough: one that is saturated ends some answers before others begin."""
    cost = heard.cpu_us / heard.tokens
    flowed = heard.flow.seconds >= 1 and heard.flow.tokens >= heard.tokens * LEAST_FLOWING
    if flowed:
        cost = heard.flow.cpu_us / heard.flow.tokens
    row = {
        "tokens_per_second": heard.flow.tokens / heard.flow.seconds
        if flowed
        else heard.tokens / heard.seconds,
        "us_per_token": cost,
        "us_per_token_with_questions": heard.cpu_us / heard.tokens,
        "ms_beside_tokens_per_answer": (heard.cpu_us - cost * heard.tokens) / heard.streams / 1000,
        "bytes": heard.bytes,
        "seconds": heard.seconds,
        **_percentiles("first_token", heard.first),
    }
    if cost:
        row["tokens_per_core_second"] = 1e6 / cost
    if heard.relayed:
        row |= _percentiles("relayed", heard.relayed)
    return row


def _percentiles(name: str, times: Sequence[float]) -> Row:
    ordered = sorted(times)
    return {f"{name}_p50_ms": statistics.median(ordered), f"{name}_p95_ms": p95(ordered)}


def p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


def commands_of(redis_url: str) -> int:
    """Return how many commands Redis has carried out."""
    with redis.Redis.from_url(redis_url) as client:
        return int(client.info("stats")["total_commands_processed"])
