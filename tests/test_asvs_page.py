"""`docs/asvs.md` lists each requirement once, and names files and threats that exist."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| [^|]+ \| ([a-z]+) \|(.*)\|$", PAGE, re.MULTILINE)
HELD = {"test", "check", "rule", "code", "doc", "none", "part", "exception"}
REQUIREMENTS = 217  # at level 1 or 2, without chapters 10 and 17


def test_each_requirement_is_listed_once() -> None:
    assert Counter(number for number, _held, _where in ROWS).most_common(1)[0][1] == 1
    assert len(ROWS) == REQUIREMENTS


def test_it_says_how_each_is_held_and_of_what_is_open_why() -> None:
    assert {held for _number, held, _where in ROWS} <= HELD
    assert [number for number, held, where in ROWS if held != "none" and not where.strip()] == []
    assert sum(held == "exception" for _number, held, _where in ROWS) <= 10


def test_what_it_names_exists() -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]+)`", PAGE))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    threats = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
    assert [each for each in set(re.findall(r"\bT\d+", PAGE)) if f"| {each} |" not in threats] == []
