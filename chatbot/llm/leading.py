"""What to quote of files that are asked about as a whole: how their parts begin."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from chatbot.llm.candidates import Quotation, candidates_of
from retrieval.types import FoundPassage
from retrieval.whole_files import shared_evenly

MAX_PARTS = 6
FIRST_ROWS = 3


def leading_quotations(passages: Sequence[FoundPassage]) -> list[Quotation]:
    """Return what the passages begin with, of at most six of them, in their order and no words twice.

    The passages of one document stand together; a table or list is quoted with its first rows.
    """
    first: dict[int, Quotation] = {}
    said: set[str] = set()
    for candidate in candidates_of(passages):
        quotation = _beginning(candidate.quotation)
        if quotation.number not in first and quotation.text not in said:
            first[quotation.number] = quotation
            said.add(quotation.text)
    of_each = groupby(first.values(), key=lambda each: each.passage.document.id)
    return shared_evenly([list(own) for _document, own in of_each], MAX_PARTS)


def _beginning(quotation: Quotation) -> Quotation:
    return replace(quotation, unit=quotation.unit.narrowed(0, FIRST_ROWS - 1))
