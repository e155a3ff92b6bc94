"""Every mutant can be tried on the product as it stands; whether tests notice it, `make mutants` says."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.mutants.__main__ import CATALOGUE
from tools.mutants.catalogue import Mutant, flaws, read_catalogue
from tools.mutants.trial import Copy

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = read_catalogue(CATALOGUE)
GUARDED = "def may_open(role):\n    return role == 'manager'\n"
NOTICES = (
    "from door import may_open\n\n\ndef test_members_stay_outside():\n    assert not may_open('member')\n"
)
LOOKS_AWAY = "from door import may_open\n\n\ndef test_managers_come_in():\n    assert may_open('manager')\n"
Tried = Callable[..., str]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_it_applies_at_one_place_and_its_tests_exist(mutant: Mutant) -> None:
    assert [*flaws(mutant, ROOT)] == []


def test_every_threat_has_one_and_every_name_is_given_once() -> None:
    assert {mutant.threat for mutant in MUTANTS} == {f"T{number}" for number in range(1, 37)}
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.fixture
def tried(tmp_path: Path) -> Tried:
    """Return what tells the verdict on a mutant of a small product with two tests."""
    (tmp_path / "var").mkdir()
    (tmp_path / "door.py").write_text(GUARDED, encoding="utf-8")
    (tmp_path / "conftest.py").write_text("", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_notices.py").write_text(NOTICES, encoding="utf-8")
    (tmp_path / "test_looks_away.py").write_text(LOOKS_AWAY, encoding="utf-8")
    copy = Copy(tmp_path, options=("-q", "-rf", "--tb=no", "-p", "no:django", "-p", "no:randomly"))

    def verdict(old: str, new: str, *tests: str) -> str:
        result = copy.try_out(Mutant("open-door", "T1", "door.py", old, new, tests))
        assert (tmp_path / "door.py").read_text(encoding="utf-8") == GUARDED
        return result.verdict

    return verdict


NOTICING = "test_notices.py::test_members_stay_outside"
LOOKING_AWAY = "test_looks_away.py::test_managers_come_in"


def test_what_a_test_notices_is_killed(tried: Tried) -> None:
    assert tried("role == 'manager'", "True", NOTICING) == "killed"


def test_what_one_of_its_tests_does_not_notice_has_survived(tried: Tried) -> None:
    assert tried("role == 'manager'", "True", NOTICING, LOOKING_AWAY) == "survived"


def test_what_fits_nowhere_or_twice_or_names_no_test_is_not_tried(tried: Tried) -> None:
    assert tried("role == 'owner'", "True", NOTICING) == "does not apply"
    assert tried("role", "True", NOTICING) == "does not apply"
    assert tried("role == 'manager'", "True") == "does not apply"
    assert tried("role == 'manager'", "True", "test_notices.py::test_gone") == "does not apply"


def test_what_breaks_everything_proves_nothing(tried: Tried) -> None:
    assert tried("role == 'manager'", "role ==", NOTICING) == "does not apply"
    assert tried("def may_open", "import nowhere\ndef may_open", NOTICING) == "broken"


def test_the_command_lists_them_and_knows_its_names() -> None:
    command = [sys.executable, "-m", "tools.mutants"]
    listed = subprocess.run([*command, "--list", "T13"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "a-reset-link-works-twice" in listed.stdout
    unknown = subprocess.run([*command, "T99"], cwd=ROOT, capture_output=True, text=True)
    assert (unknown.returncode, "T99" in unknown.stderr) == (1, True)
