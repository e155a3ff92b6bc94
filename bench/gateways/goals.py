"""The goals of the gateway: how each is computed from the rounds, and its bound. Those of endurance are in
`bench.endurance.goals`."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal, TypeAlias

OURS, UNPACED = "Sicha", "Sicha without a reading window"
RELAY, STARLETTE, LITELLM = "relay by hand", "Starlette + httpx", "LiteLLM proxy"
NGINX, STRAIGHT, PLAIN = "nginx passing through", "the model itself", "plain stack on daphne"
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


def added(metric: str, peer: str, *, ours: str) -> Callable[[dict[str, Row]], float]:
    """Return what computes ours over the peer's, of what each adds to the model asked straight."""

    def figure(rows: dict[str, Row]) -> float:
        straight = rows[STRAIGHT][metric]
        return (rows[OURS][ours] - straight) / (rows[peer][metric] - straight)

    return figure


def own(metric: str) -> Callable[[dict[str, Row]], float]:
    return lambda rows: rows[OURS][metric]


FIRST, AFTER, AFTER_P95 = "first_token_p50_ms", "relayed_p50_ms", "relayed_p95_ms"
COST, SPEED = "us_per_token", "tokens_per_core_second"
WHOLE, RELAYED = "first token p50, search included", "added to the first token after the search, p50"
EACH = "processor time per token, ours / "
GOALS = (
    Goal(1, f"{WHOLE}, ours / LiteLLM", "8 x 50", ratio(FIRST, LITELLM), "≤", 0.05),
    Goal(1, f"{WHOLE}, ours / Starlette", "8 x 50", ratio(FIRST, STARLETTE), "≤", 0.6),
    Goal(1, f"{RELAYED}, ours / LiteLLM", "8 x 50", added(FIRST, LITELLM, ours=AFTER), "≤", 0.05),
    Goal(1, f"{RELAYED}, ours / Starlette", "8 x 50", added(FIRST, STARLETTE, ours=AFTER), "≤", 0.6),
    Goal(2, "tokens per core second, ours / LiteLLM", "40 x 50", ratio(SPEED, LITELLM), "≥", 8),
    Goal(2, "tokens per core second, ours / Starlette", "40 x 50", ratio(SPEED, STARLETTE), "≥", 2),
    Goal(3, f"{EACH}relay by hand", "300 x 50", ratio(COST, RELAY), "≤", 2),
    Goal(3, f"{EACH}nginx", "300 x 50", ratio(COST, NGINX), "≤", 2.5),
    Goal(4, f"{EACH}ours without a window", "20 x 100", ratio(COST, UNPACED), "≤", 0.5),
    Goal(4, "first token p50 after the search, ours / ours without a window", "20 x 100",
         ratio(AFTER, UNPACED), "≤", 1.6),
    Goal(4, f"{EACH}ours without a window", "40 x 30", ratio(COST, UNPACED), "≤", 1.02),
    Goal(5, "questions a second by POST /chat, search included, ours / plain stack", "32 asking",
         ratio("questions_per_second", PLAIN), "≥", 8),
    Goal(5, "POST /chat p95, search included, ours / plain stack", "32 asking", ratio("whole_p95_ms", PLAIN),
         "≤", 0.143),
    Goal(6, "p95 beyond a model of 200 ms, 256 in flight / 200 ms", "256 short", own("beyond_over_model"),
         "≤", 0.4),
    Goal(6, "questions a second / the 1,280 that are possible", "256 short", own("share_of_possible"),
         "≥", 0.85),
    Goal(7, "processor time of a request, stock handler / lean", "alone", own("stock_over_lean"), "≥", 8),
    Goal(7, "threads that a lean request starts", "alone", own("threads_of_a_lean_request"), "≤", 0),
    Goal(12, "processor time of a frame to another replica, ours / channels_redis", "operations",
         own("across_over_channels"), "≤", 0.333),
    Goal(12, "commands of Redis per token", "40 x 50", own("redis_commands_per_token"), "≤", 0),
    Goal(13, "processor time of a token check, ours / PyJWT", "operations", own("check_over_pyjwt"),
         "≤", 0.2),
    Goal(14, "processor time to hand an event on, ours / Celery's delay()", "operations",
         own("emit_over_delay"), "≤", 0.1),
    Goal(14, "PostgreSQL's processor time of a question, ours / plain stack", "32 asking",
         ratio("database_ms", PLAIN), "≤", 0.55),
    Goal(15, "bytes of an answer of 2,000 tokens / of 200", "lengths", own("bytes_long_over_short"),
         "≤", 10.5),
    Goal(15, "answer p95 beside log-ins / without", "log-ins", own("beside_over_without"), "≤", 1.5),
    Goal(16, f"{EACH}relay by hand", "40 x 50", ratio(COST, RELAY), "≤", 2),
    Goal(16, f"{EACH}relay by hand", "300 x 50", ratio(COST, RELAY), "≤", 2),
    Goal(16, "first token p95 after the search, ms", "40 x 50", own(AFTER_P95), "≤", 15),
    Goal(16, "first token p95 after the search, ms", "300 x 50", own(AFTER_P95), "≤", 100),
    Goal(21, "start to ready, s", "alone", own("start_s"), "≤", 3),
    Goal(21, "memory of an idle replica, MiB", "alone", own("idle_mib"), "≤", 150),
    Goal(21, "memory of an idle replica with its embedder, MiB", "embedder", own("idle_mib"), "≤", 250),
)  # fmt: skip
MEASURED_APART = {"20": "100,000 passages: `bench/many_passages.py`, see docs/retrieval.md"}
