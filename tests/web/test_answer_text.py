"""Answers' text on the server, held to the same table as the page's own modules."""

import json
from pathlib import Path
from typing import Any

import pytest

from chatbot.templatetags.answer_text import quotation
from config.kernel.hebrew.direction import dominant_direction
from config.kernel.hebrew.pieces import Piece, pieces_of
from config.kernel.readable import readable_lines

DATA = Path(__file__).parents[1] / "data"
TABLE = json.loads((DATA / "direction.json").read_text(encoding="utf-8"))
READABLE = json.loads((DATA / "readable.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TABLE["directions"], ids=lambda case: case["text"])
def test_a_block_takes_the_direction_of_its_dominant_script(case: dict[str, str]) -> None:
    assert dominant_direction(case["text"]) == case["direction"]


@pytest.mark.parametrize("case", TABLE["lines"], ids=lambda case: case["line"])
def test_a_line_is_taken_apart(case: dict[str, Any]) -> None:
    found = pieces_of(case["line"], is_citation=set(TABLE["known_citations"]).__contains__)
    assert [_plain(piece) for piece in found] == case["pieces"]


@pytest.mark.parametrize("case", READABLE["texts"], ids=lambda case: case["text"])
def test_a_text_can_be_read_without_its_form(case: dict[str, Any]) -> None:
    assert [list(cells) for cells in readable_lines(case["text"])] == case["lines"]


def test_a_quoted_table_shows_its_cells_apart_and_no_bars() -> None:
    shown = quotation("| כלי | גרסה |\n|---|---|\n| VPN <b> | Wi-Fi |")
    assert shown == (
        '<bdi dir="rtl" lang="he">כלי</bdi> · <bdi dir="rtl" lang="he">גרסה</bdi><br>'
        '<bdi dir="ltr" lang="en">VPN &lt;b&gt;</bdi> · <bdi dir="ltr" lang="en">Wi-Fi</bdi>'
    )


def _plain(piece: Piece) -> list[str | int]:
    further = [piece.href] if piece.href else [piece.number] if piece.number else []
    return [piece.kind, piece.text, *further]
