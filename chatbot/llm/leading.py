"""What to quote of files that are asked about as a whole: how their sections begin, and on from there."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, groupby, zip_longest

from chatbot.llm.candidates import Quotation, candidates_of
from chatbot.llm.quoting import joined
from retrieval.types import FoundPassage
from retrieval.whole_files import shared_evenly

MAX_PARTS = 6
MIN_PARTS = 3
FIRST_ROWS = 3


def leading_quotations(passages: Sequence[FoundPassage]) -> list[Quotation]:
    """Return at most six sentences, lists or tables of the passages, in their order and no words twice.

    Every section's first one comes before any section's second; of a short file no more than half is quoted,
    and three where there are as many. A table or list is quoted with its first rows.
    """
    quotations = _all_once(passages)
    of_each = groupby(quotations, key=lambda each: each.passage.document.id)
    return joined(shared_evenly([_first(list(own)) for _document, own in of_each], MAX_PARTS))


def _all_once(passages: Sequence[FoundPassage]) -> list[Quotation]:
    found: dict[str, Quotation] = {}
    for candidate in candidates_of(passages):
        quotation = _beginning(candidate.quotation)
        found.setdefault(quotation.text, quotation)
    return list(found.values())


def _first(own: Sequence[Quotation]) -> list[Quotation]:
    """Return, in order, what of one document comes first: the beginnings of its sections, evenly spread where
    they are too many, and then what follows those.
    """
    sections = [list(group) for _place, group in groupby(own, key=_section)]
    most = min(MAX_PARTS, max(MIN_PARTS, (len(own) + 1) // 2))
    if len(sections) >= most:
        return shared_evenly([[section[0] for section in sections]], most)
    rounds = chain.from_iterable(zip_longest(*sections))
    chosen = [each for each in rounds if each is not None][:most]
    return sorted(chosen, key=lambda each: each.place)


def _section(quotation: Quotation) -> tuple[int, str]:
    return quotation.number, quotation.unit.heading


def _beginning(quotation: Quotation) -> Quotation:
    return replace(quotation, unit=quotation.unit.narrowed(0, FIRST_ROWS - 1))
