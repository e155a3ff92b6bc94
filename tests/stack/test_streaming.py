"""Streams that are cut, whose replicas are restarted and killed: the scenarios of the bench, scaled down."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.real_servers import ROOT

pytestmark = pytest.mark.stack


def play(home: Path, *words: str) -> dict[str, Any]:
    """Play a scenario that has to be good; return its figures."""
    written = home / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench.streaming", *words, "--json", str(written)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    figures: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    return figures


def test_what_is_cut_and_resumed_elsewhere_is_whole(tmp_path: Path) -> None:
    figures = play(tmp_path, "resumes", "--cycles", "200", "--streams", "10", "--replicas", "2")
    assert figures["counts"]["cuts"] >= 200
    assert set(figures["ends"]) == {"complete"}


def test_a_rolling_restart_under_live_streams_fails_no_answer(tmp_path: Path) -> None:
    how = ("--rounds", "1", "--streams", "12", "--replicas", "2", "--rate", "5")
    figures = play(tmp_path, "restarts", *how)
    assert figures["counts"]["led elsewhere"] > 0
    assert set(figures["ends"]) == {"complete"}


def test_the_answers_of_a_killed_replica_are_closed_with_what_was_saved(tmp_path: Path) -> None:
    figures = play(tmp_path, "deaths", "--rounds", "1", "--streams", "8", "--replicas", "2", "--rate", "5")
    assert figures["interrupted"] > 0


def test_a_database_that_is_away_for_longer_than_a_lease_costs_no_answer(tmp_path: Path) -> None:
    figures = play(tmp_path, "outages", "--rounds", "1", "--streams", "8", "--replicas", "2")
    assert figures["ends"]["complete"] > 4
