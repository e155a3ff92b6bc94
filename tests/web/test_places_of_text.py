"""No place that shows a text is forgotten by the browser tests that put two hundred payloads there."""

import re
from pathlib import Path

import pytest

from tests.e2e.places import IDS, SCRIPTS, TEMPLATES, VISITORS, pages_of

ROOT = Path(__file__).parents[2]
FILLED_IN = re.compile(r"\{\{|\{% (phrase|isolated|answer_text|firstof)\b|\{% blocktranslate .*\bwith\b")
WRITES = re.compile(
    r"\.(textContent|value|title|innerText) = |\.setAttribute\(|"
    r"\.(append|prepend|replaceChildren|replaceWith|insertBefore|insertAdjacent\w+)\("
)


def those_that_match(folder: str, what: re.Pattern[str], *endings: str) -> set[str]:
    place = ROOT / folder
    files = [path for path in place.rglob("*") if path.suffix in endings]
    return {
        path.relative_to(place).as_posix() for path in files if what.search(path.read_text(encoding="utf-8"))
    }


def test_every_template_that_fills_something_in_is_listed() -> None:
    assert those_that_match("templates", FILLED_IN, ".html", ".txt") == TEMPLATES.keys()


def test_every_script_that_puts_something_on_a_page_is_listed() -> None:
    assert those_that_match("static/js", WRITES, ".js") == SCRIPTS.keys()


def test_apps_have_no_templates_of_their_own() -> None:
    apps = [path.parent for path in ROOT.glob("*/apps.py")]
    assert [folder for app in apps for folder in app.rglob("templates")] == []


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_can_be_opened_with_the_ids_of_the_hostile_organization(visitor: str) -> None:
    assert [*pages_of(visitor, dict.fromkeys(IDS, "id"))]
