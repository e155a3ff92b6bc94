"""Which way a block of text reads. The table is shared with the browser's rule."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.hebrew.direction import Direction, dominant_direction

SHARED = Path(__file__).parent.parent / "data" / "direction.json"
SHARED_CASES = [
    (case["text"], case["direction"]) for case in json.loads(SHARED.read_text(encoding="utf-8"))["directions"]
]


@pytest.mark.parametrize(("text", "direction"), SHARED_CASES)
def test_a_block_reads_as_it_does_in_the_browser(text: str, direction: Direction) -> None:
    assert dominant_direction(text) == direction


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        pytest.param("Enter לאישור, Esc לביטול", "rtl", id="half of the words"),
        pytest.param(r"C:\Users\docs הוא הנתיב של התיקייה", "rtl", id="opens with a path"),
        pytest.param(
            "1. אל Settings > Accounts\n2. ללחוץ על Sign in", "rtl", id="steps through an English menu"
        ),
        pytest.param("```\nfor name in names:\n  print(name)\n```\nהלולאה", "rtl", id="fenced code"),
        pytest.param("```\npip install one two three\nהערה", "rtl", id="code that is still being written"),
        pytest.param("The annual leave allowance (חופשה שנתית).", "ltr", id="English with a Hebrew term"),
        pytest.param("", "rtl", id="nothing votes"),
        pytest.param("03-1234567", "rtl", id="only digits"),
        pytest.param("مرحبا بكم في النظام", "rtl", id="another right-to-left script"),
    ],
)
def test_a_block_reads_by_its_dominant_script(text: str, direction: Direction) -> None:
    assert dominant_direction(text) == direction


@given(st.text(), st.text())
def test_every_text_has_a_direction(before: str, after: str) -> None:
    assert dominant_direction(f"{before} `{after}") in {"rtl", "ltr"}
