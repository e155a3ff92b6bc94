"""The list of packages says what the locks say, every licence may be used, and the bill is whole."""

import json
import re
from pathlib import Path

import pytest

from tools import packages

PAGE = packages.PAGE.read_text(encoding="utf-8")
LISTED = re.findall(r"^\| (\S+) \| (\d\S*) \| (.*) \|$", PAGE, re.MULTILINE)
ALLOWED = re.compile(
    r"(?:0BSD|Apache-2\.0|BSD(?:-[23]-Clause)?|CC0-1\.0|LGPL-3\.0-only|MIT(?:-0|-CMU)?|MPL-2\.0|OFL-1\.1|"
    r"PSF-2\.0|Python-2\.0|ZPL-2\.1|Zlib|dependency licenses)"
)
LOCKED = [*packages.of_python(), *packages.of_pages()]


def test_the_page_lists_exactly_what_the_locks_pin() -> None:
    listed = {(name, version) for name, version, _licence in LISTED}
    assert listed == {(each.name, each.version) for each in LOCKED}


@pytest.mark.parametrize(("name", "licence"), [(name, licence) for name, _version, licence in LISTED])
def test_its_licence_is_one_that_we_may_use(name: str, licence: str) -> None:
    parts = re.split(r" (?:AND|OR) |, ", licence.strip("()"))
    assert [part for part in parts if not ALLOWED.fullmatch(part)] == [], name


def test_installed_packages_say_what_the_page_says() -> None:
    said = {name: licence for name, _version, licence in LISTED}
    assert {each.name: each.licence for each in LOCKED if each.licence} == {
        each.name: said[each.name] for each in LOCKED if each.licence
    }


def test_nothing_is_under_the_agpl() -> None:
    assert not re.search(r"AGPL|Affero|SSPL|BUSL", "\n".join(licence for *_of, licence in LISTED))


def test_every_package_has_the_hashes_of_its_files() -> None:
    assert [each.name for each in LOCKED if not each.hashes] == []
    assert all(re.fullmatch(r"[0-9a-f]{64,128}", content) for each in LOCKED for _alg, content in each.hashes)


def test_the_bill_names_every_package_once_and_is_the_same_every_time(tmp_path: Path) -> None:
    first, again = tmp_path / "first.json", tmp_path / "again.json"
    for file in (first, again):
        file.write_text(json.dumps(packages.bill("1.0")), encoding="utf-8")
    assert first.read_bytes() == again.read_bytes()
    bill = json.loads(first.read_text(encoding="utf-8"))
    refs = [component["bom-ref"] for component in bill["components"]]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert len(refs) == len(set(refs)) == len(LOCKED)
    assert bill["dependencies"] == [{"ref": "sicha", "dependsOn": sorted(refs)}]
    assert "pkg:npm/%40fontsource-variable/heebo" in " ".join(refs)
