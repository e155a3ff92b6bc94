"""The figures of a run as `bench/results.json` and as the table in docs/performance.md."""

import json
import os
import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tools.stack.folders import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
STARLETTE, LITELLM, OURS = "Starlette + httpx", "LiteLLM proxy", "Sicha"
Rounds = list[dict[str, dict[str, float]]]
Spread = dict[str, float]


def spread(values: list[float]) -> Spread:
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


def _ratio(metric: str, peer: str, *, ours: str = "") -> Callable[[Rounds], Spread]:
    """Return what computes ours over the peer's, round by round: both were measured within one round."""
    return lambda rounds: spread([each[OURS][ours or metric] / each[peer][metric] for each in rounds])


def _own(metric: str) -> Callable[[Rounds], Spread]:
    return lambda rounds: spread([each[OURS][metric] for each in rounds])


# number in the list of goals, what, load, figure, bound, whether the figure must stay below it
GOALS: tuple[tuple[str, str, str, Callable[[Rounds], Spread], float, bool], ...] = (
    (
        "1",
        "first token p50, search included: ours / LiteLLM",
        "8 x 50",
        _ratio("first_token_p50_ms", LITELLM),
        0.05,
        True,
    ),
    (
        "1",
        "first token p50, search included: ours / Starlette + httpx",
        "8 x 50",
        _ratio("first_token_p50_ms", STARLETTE),
        0.6,
        True,
    ),
    (
        "1",
        "first token p50 after the search: ours / LiteLLM",
        "8 x 50",
        _ratio("first_token_p50_ms", LITELLM, ours="relayed_p50_ms"),
        0.05,
        True,
    ),
    (
        "1",
        "first token p50 after the search: ours / Starlette + httpx",
        "8 x 50",
        _ratio("first_token_p50_ms", STARLETTE, ours="relayed_p50_ms"),
        0.6,
        True,
    ),
    (
        "2",
        "tokens per core second: ours / LiteLLM",
        "40 x 50",
        _ratio("tokens_per_core_second", LITELLM),
        8,
        False,
    ),
    (
        "2",
        "tokens per core second: ours / Starlette + httpx",
        "40 x 50",
        _ratio("tokens_per_core_second", STARLETTE),
        2,
        False,
    ),
    ("16", "first token p95 after the search, ms", "40 x 50", _own("relayed_p95_ms"), 15, True),
)


def goals_of(found: dict[str, Rounds]) -> list[dict[str, Any]]:
    """Return every goal with its figure; the median decides."""
    told = []
    for number, what, at, figure, bound, below in GOALS:
        value = figure(found[at])
        met = value["median"] <= bound if below else value["median"] >= bound
        told.append(
            {"goal": number, "what": what, "load": at, **value, "bound": bound, "below": below, "met": met}
        )
    return told


def write(found: dict[str, Rounds], *, rounds: int) -> None:
    """Write the results, and the table into the page."""
    goals = goals_of(found)
    loads = {
        at: {
            name: {metric: spread([each[name][metric] for each in several]) for metric in several[0][name]}
            for name in several[0]
        }
        for at, several in found.items()
    }
    about = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[1], 1),
        "rounds": rounds,
    }
    RESULTS.write_text(
        json.dumps({**about, "goals": goals, "loads": loads}, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{_table(about, goals, loads)}\n{END}{after}", encoding="utf-8")


def _table(about: dict[str, Any], goals: list[dict[str, Any]], loads: dict[str, Any]) -> str:
    lines = [
        "",
        f"{about['rounds']} rounds on {about['cores']} cores, load average {about['load_average']}, "
        f"{about['measured_at']}.",
        "",
        "| goal | figure | load | min | median | max | bound | met |",
        "|---|---|---|---:|---:|---:|---:|---|",
    ]
    lines += [_goal_line(each) for each in goals]
    lines += ["", "| load | gateway | µs per token | first token p50, ms | p95, ms |"]
    lines += ["|---|---|---:|---:|---:|"]
    lines += [
        f"| {at} | {name} | {row['us_per_token']['median']} | {row['first_token_p50_ms']['median']} "
        f"| {row['first_token_p95_ms']['median']} |"
        for at, rows in loads.items()
        for name, row in rows.items()
    ]
    return "\n".join(lines)


def _goal_line(goal: dict[str, Any]) -> str:
    figures = " | ".join(str(goal[name]) for name in ("goal", "what", "load", "min", "median", "max"))
    bound = f"{'≤' if goal['below'] else '≥'} {goal['bound']}"
    return f"| {figures} | {bound} | {'yes' if goal['met'] else 'no'} |"
