"""What the bench makes of its figures: the median of the rounds decides, and all of it is written."""

import json
from pathlib import Path

import pytest

from bench.gateways import goals, report
from bench.gateways.goals import LITELLM, OURS, RELAY, STARLETTE, Goal, Row

FIGURES = dict.fromkeys(
    (
        *("us_per_token", "tokens_per_second", "tokens_per_core_second", "first_token_p50_ms"),
        *("first_token_p95_ms", "relayed_p50_ms", "relayed_p95_ms", "stock_over_lean"),
        *("threads_of_a_lean_request", "start_s", "idle_mib"),
    ),
    10.0,
)


def rows(ours: float, peers: float) -> dict[str, Row]:
    peer = dict.fromkeys(FIGURES, peers)
    return {OURS: dict.fromkeys(FIGURES, ours), RELAY: peer, STARLETTE: peer, LITELLM: peer}


@pytest.mark.parametrize(("bound", "met"), [(0.5, True), (0.4, False)])
def test_the_median_of_the_rounds_decides(bound: float, met: bool) -> None:
    goal = Goal(1, "a ratio", "8 x 50", goals.ratio("us_per_token", LITELLM), "≤", bound)
    judged = goal.judged([rows(1, 10), rows(5, 10), rows(90, 10)])
    assert (judged["min"], judged["median"], judged["max"], judged["met"]) == (0.1, 0.5, 9.0, met)


def test_every_goal_is_measured_or_named_as_not_measured() -> None:
    measured = {goal.number for goal in goals.GOALS}
    assert measured | set(goals.NOT_MEASURED) == set(range(1, 22))
    assert not measured & set(goals.NOT_MEASURED)


def test_the_figures_stand_in_the_page_between_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, results = tmp_path / "page.md", tmp_path / "results.json"
    page.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(report, "RESULTS", results)
    found = {at: [rows(2, 10)] for at in ("alone", "8 x 50", "40 x 50")}
    report.write(found, rounds=1)
    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n<!-- figures -->\n")
    assert written.endswith("<!-- /figures -->\nafter\n")
    assert "\nold\n" not in written
    assert f"| 40 x 50 | {LITELLM} | 10 |" in written
    assert len(json.loads(results.read_text(encoding="utf-8"))["goals"]) == len(goals.GOALS)
