"""Secrets that an installation makes by itself: random, kept, and readable by their owner alone."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.secret_files import persistent_secret


def test_a_secret_stays_and_is_no_other_ones(tmp_path: Path) -> None:
    first = persistent_secret(tmp_path, "one")
    assert len(first) >= 64
    assert persistent_secret(tmp_path, "one") == first
    assert persistent_secret(tmp_path, "two") != first
    assert persistent_secret(tmp_path / "elsewhere", "one") != first


def test_processes_that_start_together_read_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: persistent_secret(tmp_path, "one"), range(8)))
    assert len(found - {""}) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_secret_is_its_owners_alone(tmp_path: Path) -> None:
    persistent_secret(tmp_path, "one")
    folder = tmp_path / "secrets"
    assert stat.S_IMODE((folder / "one").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
