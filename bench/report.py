"""The figures of all goals as `bench/results.json`, and as the tables in docs/performance.md.

A run replaces the figures of the sections that it measured; the others stay as they are, each with its own
date.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from bench.endurance.goals import ENDURANCE
from bench.gateways.goals import GOALS, MEASURED_APART, Found, Rounds, spread
from bench.gateways.profile import Profile
from tools.stack.folders import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
ALL_GOALS = tuple(sorted((*GOALS, *ENDURANCE), key=lambda goal: goal.number))
Figures = dict[str, Any]


def write(found: Found, seen: Sequence[Profile] = (), *, rounds: int) -> None:
    """Write the results, and the tables into the page; a goal without figures is named as such."""
    results = _read()
    about = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[1], 1),
        "rounds": rounds,
    }
    for at, several in found.items():
        results["sections"][at] = {**about, "figures": _summed_up(several)}
    results["goals"] = [*_goals(found, results["goals"])]
    results["not_measured"] = _not_measured(results["goals"])
    results["profiles"] |= {profile.of: _profile(profile) for profile in seen}
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n{_page(results)}\n{END}{after}", encoding="utf-8")


def _read() -> Figures:
    """Return what was written before."""
    results: Figures = {"sections": {}, "goals": [], "profiles": {}, "not_measured": {}}
    if RESULTS.exists():
        before = json.loads(RESULTS.read_text(encoding="utf-8"))
        results |= {name: value for name, value in before.items() if name in results}
    return results


def _not_measured(goals: Sequence[Figures]) -> dict[str, str]:
    """Return the goals without figures by number, and where those are measured that are measured apart."""
    judged = {(each["goal"], each["what"], each["load"]) for each in goals}
    missing = {
        str(goal.number): f"{goal.what}: no figures"
        for goal in ALL_GOALS
        if (goal.number, goal.what, goal.load) not in judged
    }
    return dict(sorted({**missing, **MEASURED_APART}.items(), key=lambda pair: int(pair[0])))


def _profile(profile: Profile) -> Figures:
    parts, functions = dict(profile.parts), dict(profile.functions)
    return {"samples": profile.samples, "parts": parts, "functions": functions}


def _goals(found: Found, before: Sequence[Figures]) -> Iterator[Figures]:
    """Yield every goal that has figures, of this run or of one before, in order."""
    known = {(each["goal"], each["what"], each["load"]): each for each in before}
    for goal in ALL_GOALS:
        if goal.load in found:
            yield goal.judged(found[goal.load])
        elif (goal.number, goal.what, goal.load) in known:
            yield known[goal.number, goal.what, goal.load]


def _summed_up(rounds: Rounds) -> Figures:
    first = rounds[0]
    return {
        name: {metric: spread([each[name][metric] for each in rounds]) for metric in first[name]}
        for name in first
    }


def _page(results: Figures) -> str:
    return "\n".join(
        [
            *_about(results["sections"]),
            *_goals_table(results["goals"]),
            *_loads(results["sections"]),
            *_profiles(results["profiles"]),
            *_missing(results["not_measured"]),
        ]
    )


def _table(columns: dict[str, str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return a table; `columns` maps each head to its rule, `---` or `---:`."""
    lines = [f"| {' | '.join(columns)} |", f"|{'|'.join(columns.values())}|"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return [*lines, ""]


def _about(sections: Figures) -> list[str]:
    """Say when, where and how often; of sections that were measured apart, from when to when."""

    def span(name: str) -> str:
        values = sorted(each[name] for each in sections.values())
        return f"{values[0]}" if values[0] == values[-1] else f"{values[0]} to {values[-1]}"

    return [
        "",
        f"{span('rounds')} rounds on {span('cores')} cores, load average {span('load_average')}, "
        f"{span('measured_at')}.",
        "",
    ]


def _goals_table(goals: Sequence[Figures]) -> list[str]:
    names = ("goal", "what", "load", "min", "median", "max", "bound")
    rules = ("---", "---", "---", "---:", "---:", "---:", "---", "---")
    columns = dict(zip((*names, "met"), rules, strict=True))
    return _table(
        columns, ([*(goal[name] for name in names), "yes" if goal["met"] else "no"] for goal in goals)
    )


def _loads(sections: Figures) -> list[str]:
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
        for at, section in sections.items()
        for name, row in section["figures"].items()
        if "us_per_token" in row
    ]
    return _table(columns, rows)


def _profiles(profiles: Figures) -> list[str]:
    lines: list[str] = []
    for of, seen in profiles.items():
        lines += [f"Where a replica's processor time goes while {of}, of {seen['samples']} samples:", ""]
        lines += _table({"part": "---", "share": "---:"}, _percent(seen["parts"].items()))
        lines += _table({"function itself": "---", "share": "---:"}, _percent(seen["functions"].items()))
    return lines


def _percent(shares: Iterable[tuple[str, float]]) -> list[tuple[str, str]]:
    return [(f"`{name}`" if "(" in name else name, f"{share:.1%}") for name, share in shares]


def _missing(missing: dict[str, str]) -> list[str]:
    if not missing:
        return []
    return [
        "Elsewhere, or without figures:",
        "",
        *(f"- {number}: {why}" for number, why in missing.items()),
        "",
    ]
