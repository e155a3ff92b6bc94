"""The figures of a run as `bench/results.json` and as the tables in docs/performance.md."""

import json
import os
from datetime import UTC, datetime
from typing import Any

from bench.gateways.goals import GOALS, NOT_MEASURED, Found, Rounds, spread
from tools.stack.folders import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
Figures = dict[str, Any]


def write(found: Found, *, rounds: int) -> None:
    """Write the results, and the tables into the page."""
    about = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[1], 1),
        "rounds": rounds,
    }
    goals = [goal.judged(found[goal.load]) for goal in GOALS]
    loads = {at: _summed_up(several) for at, several in found.items()}
    results = {**about, "goals": goals, "loads": loads, "not_measured": NOT_MEASURED}
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    tables = "\n".join([*_about(about), *_goals(goals), *_loads(loads), *_missing()])
    PAGE.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}", encoding="utf-8")


def _summed_up(rounds: Rounds) -> Figures:
    first = rounds[0]
    return {
        name: {metric: spread([each[name][metric] for each in rounds]) for metric in first[name]}
        for name in first
    }


def _about(about: Figures) -> list[str]:
    return [
        "",
        f"{about['rounds']} rounds on {about['cores']} cores, load average {about['load_average']}, "
        f"{about['measured_at']}.",
        "",
    ]


def _goals(goals: list[Figures]) -> list[str]:
    columns = ("goal", "what", "load", "min", "median", "max", "bound")
    lines = [
        "| goal | figure | load | min | median | max | bound | met |",
        "|---|---|---|---:|---:|---:|---|---|",
    ]
    for goal in goals:
        cells = [*(str(goal[name]) for name in columns), "yes" if goal["met"] else "no"]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _loads(loads: Figures) -> list[str]:
    columns = ("us_per_token", "tokens_per_second", "first_token_p50_ms", "first_token_p95_ms")
    lines = [
        "| load | gateway | µs per token | tokens a second | first token p50, ms | p95, ms |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for at, gateways in loads.items():
        for name, row in gateways.items():
            if columns[0] in row:
                cells = [at, name, *(str(row[metric]["median"]) for metric in columns)]
                lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _missing() -> list[str]:
    lines = [f"- {number}: {why}" for number, why in NOT_MEASURED.items()]
    return ["Goals that this command does not measure:", "", *lines, ""]
