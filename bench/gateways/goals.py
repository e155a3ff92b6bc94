"""The goals of the gateway: how each is computed from the rounds, its bound; and those not measured."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal, TypeAlias

OURS, RELAY = "Sicha", "relay by hand"
STARLETTE, LITELLM = "Starlette + httpx", "LiteLLM proxy"
Row: TypeAlias = "dict[str, float]"
Found: TypeAlias = "dict[str, list[dict[str, Row]]]"  # by load: the rows of each round by gateway
Rounds: TypeAlias = "list[dict[str, Row]]"


@dataclass(frozen=True, slots=True)
class Goal:
    """`number` in the list of goals; the median over the rounds has to stay on its side of the bound."""

    number: int
    what: str
    load: str
    figure: Callable[[dict[str, Row]], float]
    side: Literal["≤", "≥"]
    bound: float

    def judged(self, rounds: Rounds) -> dict[str, Any]:
        values = spread([self.figure(each) for each in rounds])
        met = values["median"] <= self.bound if self.side == "≤" else values["median"] >= self.bound
        about = {"goal": self.number, "what": self.what, "load": self.load}
        return {**about, **values, "bound": f"{self.side} {self.bound}", "met": met}


def spread(values: list[float]) -> Row:
    return {"min": round(min(values), 3), "median": round(median(values), 3), "max": round(max(values), 3)}


def ratio(metric: str, peer: str, *, ours: str = "") -> Callable[[dict[str, Row]], float]:
    """Return what computes ours over the peer's: both were measured within one round."""
    return lambda rows: rows[OURS][ours or metric] / rows[peer][metric]


def own(metric: str) -> Callable[[dict[str, Row]], float]:
    return lambda rows: rows[OURS][metric]


FIRST, AFTER = "first_token_p50_ms", "relayed_p50_ms"
COST, SPEED = "us_per_token", "tokens_per_core_second"
WHOLE, RELAYED = "first token p50, search included", "first token p50 after the search"
GOALS = (
    Goal(1, f"{WHOLE}, ours / LiteLLM", "8 x 50", ratio(FIRST, LITELLM), "≤", 0.05),
    Goal(1, f"{WHOLE}, ours / Starlette", "8 x 50", ratio(FIRST, STARLETTE), "≤", 0.6),
    Goal(1, f"{RELAYED}, ours / LiteLLM", "8 x 50", ratio(FIRST, LITELLM, ours=AFTER), "≤", 0.05),
    Goal(1, f"{RELAYED}, ours / Starlette", "8 x 50", ratio(FIRST, STARLETTE, ours=AFTER), "≤", 0.6),
    Goal(2, "tokens per core second, ours / LiteLLM", "40 x 50", ratio(SPEED, LITELLM), "≥", 8),
    Goal(2, "tokens per core second, ours / Starlette", "40 x 50", ratio(SPEED, STARLETTE), "≥", 2),
    Goal(7, "processor time of a request, stock handler / lean", "alone", own("stock_over_lean"), "≥", 8),
    Goal(7, "threads that a lean request starts", "alone", own("threads_of_a_lean_request"), "≤", 0),
    Goal(16, "processor time per token, ours / relay by hand", "40 x 50", ratio(COST, RELAY), "≤", 2),
    Goal(16, "first token p95 after the search, ms", "40 x 50", own("relayed_p95_ms"), "≤", 15),
    Goal(21, "start to ready, s", "alone", own("start_s"), "≤", 3),
    Goal(21, "memory of an idle replica, MiB", "alone", own("idle_mib"), "≤", 150),
)
NOT_MEASURED = {
    3: "15,000 tokens a second: load generator, model and gateway do not fit on two cores together",
    4: "the reading window by itself; `tests/chatbot/test_pacing.py` holds its rule",
    5: "POST /chat beside a plain stack on daphne: there is no such stack here",
    6: "256 questions in flight on top of a model of 200 ms",
    8: "memory of an idle socket beside bare ASGI",
    9: "processor time of a handshake beside bare ASGI, 3,000 at once",
    10: "first token with 5,000 idle sockets",
    11: "a stalled reader after 5 and after 25 seconds: `bench.streaming silent` has the memory it holds",
    12: "delivery at another replica beside channels_redis",
    13: "the Redis client and the token check by themselves",
    14: "PostgreSQL's share of a question; the outbox beside Celery's delay()",
    15: "growth with the history and with the answer's length",
    17: "10,000 idle sockets over three replicas",
    18: "conversations of 10,000 messages, 5,000 conversations",
    19: "one abuser beside another organisation",
    20: "100,000 passages: `bench/many_passages.py`",
}
