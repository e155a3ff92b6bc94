"""Processes die at random under traffic, and nothing that was acknowledged is lost or doubled."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.real_servers import ROOT

pytestmark = pytest.mark.stack


def run(home: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Run the harness; return its exit code, its verdict and what it said."""
    written = home / "verdict.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench.faults", "--json", str(written), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    said = (done.stdout + done.stderr)[-5000:]
    assert written.exists(), said
    return done.returncode, json.loads(written.read_text(encoding="utf-8")), said


def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    code, verdict, said = run(tmp_path, "--rounds", "20", "--seed", "1")
    assert code == 0, said
    assert (verdict["lost"]["count"], verdict["doubled"]["count"], verdict["dead"]) == (0, 0, 0)
    assert verdict["exact"]
    assert verdict["healed_seconds"] <= 120
    assert verdict["acknowledged"] == verdict["asked"] > 20


def test_without_the_outbox_it_reports_losses(tmp_path: Path) -> None:
    """The positive control: a harness that finds nothing here would find nothing anywhere."""
    servers = ("--servers", "postgres", "redis", "minio")
    faults = ("--rounds", "6", "--seed", "1", "--only", "minio", "replica-1", "replica-2")
    code, verdict, said = run(tmp_path, "--outbox", "off", *servers, *faults, "--heal-seconds", "10")
    assert code == 1, said
    assert verdict["acknowledged"] > 0
    assert not verdict["exact"]
    assert verdict["differences"] > 0, said
    assert verdict["lost"]["count"] > 0, said
