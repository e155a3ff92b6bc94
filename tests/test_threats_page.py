"""`docs/threats.md` has a row for each threat, and names tests, modules and mutants that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.mutants.__main__ import CATALOGUE
from tools.mutants.catalogue import read_catalogue

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
ALL = [f"T{number}" for number in range(1, 37)]
ROWS = dict(re.findall(r"^\| (T\d+) \| (.+) \|$", PAGE.partition("## Mutants")[0], re.MULTILINE))
NAMED = re.compile(r"`(tests/[\w/]+\.py)`(?:: ([^`|;]+))?")


def named_tests() -> Iterator[tuple[str, str]]:
    """Yield each file of tests with each name that follows it; "" where it stands alone."""
    for file, names in NAMED.findall(PAGE):
        found = [
            name
            for name in map(str.strip, names.split(","))
            if re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)+", name)
        ]
        yield from ((file, name) for name in found or [""])


def test_every_threat_has_its_row() -> None:
    assert sorted(ROWS, key=ALL.index) == ALL
    assert all(row.count(" |") == 3 for row in ROWS.values())


@pytest.mark.parametrize(("file", "name"), sorted(set(named_tests())))
def test_every_test_that_it_names_exists(file: str, name: str) -> None:
    assert (ROOT / file).is_file()
    assert not name or f"def test_{name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_module_that_it_names_exists() -> None:
    named = set(re.findall(r"`((?:[a-z_-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|yml))`", PAGE))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_it_lists_exactly_the_mutants_that_there_are() -> None:
    listed = re.findall(r"^\| (T\d+) \| (.+) \|$", PAGE.partition("## Mutants")[2], re.MULTILINE)
    found = {(threat, name) for threat, names in listed for name in names.split(", ")}
    assert found == {(mutant.threat, mutant.name) for mutant in read_catalogue(CATALOGUE)}
