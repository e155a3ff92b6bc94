"""Which way a block of text reads. The table is shared with the browser's rule."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.hebrew.direction import dominant_direction

CASES = json.loads(Path(__file__).with_name("direction_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_block_reads_by_its_dominant_script(case: dict[str, str]) -> None:
    assert dominant_direction(case["text"]) == case["direction"]


def test_code_that_is_still_being_written_does_not_vote() -> None:
    assert dominant_direction("הפקודה:\n```\npip install one two three four five") == "rtl"


@given(st.text(), st.text())
def test_every_text_has_a_direction(before: str, after: str) -> None:
    assert dominant_direction(f"{before} `{after}") in {"rtl", "ltr"}
