"""The journey of a reader in Firefox; `test_bidi.py` measures there where the letters stand."""

import json

import pytest

from tests.e2e.accessibility import AXE, RUN
from tests.e2e.chat import CONNECTED
from tests.e2e.documents import LEAVE, QUESTION
from tests.e2e.firefox import ENTER, ESCAPE, Firefox
from tests.e2e.servers import Product

ENDED = "[data-part=answer][data-status=complete]"
_TEXT = "(wanted) => document.querySelector(wanted)?.innerText"
_FOCUSED = "(wanted) => document.activeElement.matches(wanted)"


@pytest.fixture
def reader(firefox: Firefox, product: Product) -> Firefox:
    firefox.goto(f"{product.url}/")
    firefox.wait_for(CONNECTED)
    return firefox


def test_a_question_is_asked_answered_checked_and_still_there_after_a_reload(reader: Firefox) -> None:
    reader.write("#composer-text", QUESTION)
    reader.press(ENTER)
    reader.wait_for(ENDED)
    answered = reader.evaluate(_TEXT, f"{ENDED} .answer__text")
    assert "21 ימים" in answered
    reader.focus(f"{ENDED} .cite a")
    reader.press(ENTER)
    reader.wait_for("[data-part=panel] mark")
    assert LEAVE in reader.evaluate(_TEXT, "[data-part=panel]")
    assert "21 ימים" in reader.evaluate(_TEXT, "[data-part=panel] mark")
    reader.press(ESCAPE)
    assert reader.evaluate(_FOCUSED, ".cite a")
    reader.goto(reader.evaluate("() => location.href"))
    reader.wait_for(f"{CONNECTED}, {ENDED}")
    assert reader.evaluate(_TEXT, f"{ENDED} .answer__text") == answered
    assert reader.problems == []


def test_axe_finds_nothing_on_an_answer(reader: Firefox) -> None:
    reader.write("#composer-text", QUESTION)
    reader.press(ENTER)
    reader.wait_for(ENDED)
    reader.evaluate("(source) => { (0, eval)(source); }", AXE.read_text(encoding="utf-8"))
    assert json.dumps(reader.evaluate(RUN), ensure_ascii=False) == "[]"
