"""Answers' text on the server, held to the same table as the page's own modules."""

import json
from pathlib import Path
from typing import Any

import pytest

from chatbot.answer_text import Piece, pieces_of
from config.kernel.hebrew.direction import dominant_direction

TABLE = json.loads((Path(__file__).parents[1] / "data" / "direction.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TABLE["directions"], ids=lambda case: case["text"])
def test_a_block_takes_the_direction_of_its_dominant_script(case: dict[str, str]) -> None:
    assert dominant_direction(case["text"]) == case["direction"]


@pytest.mark.parametrize("case", TABLE["lines"], ids=lambda case: case["line"])
def test_a_line_is_taken_apart(case: dict[str, Any]) -> None:
    found = pieces_of(case["line"], is_citation=set(TABLE["known_citations"]).__contains__)
    assert [_plain(piece) for piece in found] == case["pieces"]


def _plain(piece: Piece) -> list[str | int]:
    further = [piece.href] if piece.href else [piece.number] if piece.number else []
    return [piece.kind, piece.text, *further]
