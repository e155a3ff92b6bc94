"""The figures of a run as `bench/results.json` and as the tables in docs/performance.md."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bench.gateways.goals import GOALS, NOT_MEASURED, Found, Rounds, spread
from bench.gateways.profile import Profile
from tools.stack.folders import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
Figures = dict[str, Any]


def write(found: Found, seen: Sequence[Profile], *, rounds: int) -> None:
    """Write the results, and the tables into the page; a goal whose section failed is named as such."""
    about = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[1], 1),
        "rounds": rounds,
    }
    goals = [goal.judged(found[goal.load]) for goal in GOALS if goal.load in found]
    failed = {goal.number: f"{goal.what}: failed in this run" for goal in GOALS if goal.load not in found}
    missing = dict(sorted({**NOT_MEASURED, **failed}.items()))
    loads = {at: _summed_up(several) for at, several in found.items()}
    results = {**about, "goals": goals, "loads": loads, "not_measured": missing}
    results["profiles"] = [asdict(profile) for profile in seen]
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    tables = "\n".join([*_about(about), *_goals(goals), *_loads(loads), *_profiles(seen), *_missing(missing)])
    PAGE.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}", encoding="utf-8")


def _summed_up(rounds: Rounds) -> Figures:
    first = rounds[0]
    return {
        name: {metric: spread([each[name][metric] for each in rounds]) for metric in first[name]}
        for name in first
    }


def _table(columns: dict[str, str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return a table; `columns` maps each head to its rule, `---` or `---:`."""
    lines = [f"| {' | '.join(columns)} |", f"|{'|'.join(columns.values())}|"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return [*lines, ""]


def _about(about: Figures) -> list[str]:
    return [
        "",
        f"{about['rounds']} rounds on {about['cores']} cores, load average {about['load_average']}, "
        f"{about['measured_at']}.",
        "",
    ]


def _goals(goals: list[Figures]) -> list[str]:
    names = ("goal", "what", "load", "min", "median", "max", "bound")
    rules = ("---", "---", "---", "---:", "---:", "---:", "---", "---")
    columns = dict(zip((*names, "met"), rules, strict=True))
    return _table(
        columns, ([*(goal[name] for name in names), "yes" if goal["met"] else "no"] for goal in goals)
    )


def _loads(loads: Figures) -> list[str]:
    heads = {
        "us_per_token": "µs per token",
        "us_per_token_with_questions": "questions included",
        "tokens_per_second": "tokens a second",
        "first_token_p50_ms": "first token p50, ms",
        "first_token_p95_ms": "p95, ms",
    }
    columns = {"streams x tokens a second": "---", "gateway": "---", **dict.fromkeys(heads.values(), "---:")}
    rows = [
        [at, name, *(row[metric]["median"] for metric in heads)]
        for at, gateways in loads.items()
        for name, row in gateways.items()
        if "us_per_token" in row
    ]
    return _table(columns, rows)


def _profiles(seen: Sequence[Profile]) -> list[str]:
    lines: list[str] = []
    for profile in seen:
        lines += [
            f"Where a replica's processor time goes while {profile.of}, of {profile.samples} samples:",
            "",
        ]
        lines += _table({"part": "---", "share": "---:"}, _percent(profile.parts))
        lines += _table({"function itself": "---", "share": "---:"}, _percent(profile.functions))
    return lines


def _percent(shares: Iterable[tuple[str, float]]) -> list[tuple[str, str]]:
    return [(f"`{name}`" if "(" in name else name, f"{share:.1%}") for name, share in shares]


def _missing(missing: dict[int, str]) -> list[str]:
    lines = [f"- {number}: {why}" for number, why in missing.items()]
    return ["Goals that this command did not measure:", "", *lines, ""]
