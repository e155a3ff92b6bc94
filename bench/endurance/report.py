"""The figures of a run: beside those of `bench.gateways` in bench/results.json, and as a table in a page."""

import json
import os
from datetime import UTC, datetime
from typing import Any

from bench.endurance.goals import ENDURANCE
from bench.gateways.goals import Found, spread
from tools.stack.folders import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "endurance.md"
BEGIN, END = "<!-- endurance -->", "<!-- /endurance -->"
HEAD = (
    "| goal | figure | of | min | median | max | bound | met |",
    "|---|---|---|---:|---:|---:|---|---|",
)
CELLS = ("goal", "what", "load", "min", "median", "max", "bound")
Figures = dict[str, Any]


def judged(found: Found) -> list[Figures]:
    """Return every goal with its figures and whether it is met; one that was not measured is not."""
    return [goal.judged(found[goal.load]) for goal in ENDURANCE if goal.load in found]


def write(found: Found, *, rounds: int) -> None:
    """Write the results, and the table into the page."""
    about = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[1], 1),
        "rounds": rounds,
    }
    goals = judged(found)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results["endurance"] = {
        **about,
        "goals": goals,
        "scenes": {at: _summed(each) for at, each in found.items()},
    }
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{_page(about, goals)}\n{END}{after}", encoding="utf-8")


def _page(about: Figures, goals: list[Figures]) -> str:
    said = (
        f"{about['rounds']} rounds on {about['cores']} cores, load average {about['load_average']}, "
        f"{about['measured_at']}."
    )
    rows = [[*(str(goal[cell]) for cell in CELLS), "yes" if goal["met"] else "no"] for goal in goals]
    return "\n".join(["", said, "", *HEAD, *(f"| {' | '.join(row)} |" for row in rows), ""])


def _summed(rounds: list[dict[str, dict[str, float]]]) -> Figures:
    first = rounds[0]
    return {
        side: {figure: spread([each[side][figure] for each in rounds]) for figure in first[side]}
        for side in first
    }
