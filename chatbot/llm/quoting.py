"""What to quote: the sentences, tables and lists that answer each part of a question."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chatbot.llm.candidates import (
    Candidate,
    Part,
    Quotation,
    candidates_of,
    parts_of,
    pointed_parts,
    score_of,
    share_of,
)
from retrieval.blocks import Kind
from retrieval.types import FoundPassage
from retrieval.units import Unit

MAX_QUOTES = 3
# Below this share of the best quotation's score a further one is filler, not part of the answer.
WORTH_QUOTING = 0.8
# A part of a question is left to the second best unit when that has this share of the best one's score.
CLOSE_SECOND = 0.9
# Nothing more beside an answer that is this long already (characters).
LONG_ENOUGH = 160
# A table or list of this size is quoted whole; of a longer one, this many rows around the best.
WHOLE_PARTS = 8
WHOLE_CHARACTERS = 700
WINDOW = 4


def choose_quotations(question: str, passages: Sequence[FoundPassage], meant: str = "") -> list[Quotation]:
    """Return up to three quotations in document order; none where the passages have no sentence.

    Each part of the question gets the unit that answers it best; where that is little, others of the same
    document follow while they are nearly as good. `meant` is the question with those that it goes on
    from: they say what it is about, and are not answered again.
    """
    candidates = candidates_of(passages)
    if not candidates:
        return []
    parts = parts_of(question, candidates, meant)
    chosen: list[Quotation] = []
    for candidate in _for_each(parts[:MAX_QUOTES], candidates):
        chosen = _with(chosen, candidate, parts)
    best, *others = _ranked(candidates, parts)
    for other in others:
        is_near = other.quotation.passage.document.id in {each.passage.document.id for each in chosen}
        if is_near and other.quotation.score >= best.quotation.score * WORTH_QUOTING:
            if len(chosen) >= MAX_QUOTES or _is_long(chosen):
                break
            chosen = _with(chosen, other, parts)
    return joined(_in_document_order(chosen))


def _for_each(parts: Sequence[Part], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the best unit for each part; one that is best for several leaves a part to its close second.

    The meaning of the whole question is in every score, so the unit nearest to it may win parts that
    another one answers.
    """
    ranked = [_ranked(candidates, [part]) for part in parts]
    chosen = []
    for own in ranked:
        rivals = [each for each in ranked if each[0].quotation.place == own[0].quotation.place]
        is_surest = all(_closeness(own) <= _closeness(each) for each in rivals)
        chosen.append(own[0] if is_surest or _closeness(own) < CLOSE_SECOND else own[1])
    return chosen


def _closeness(ranked: Sequence[Candidate]) -> float:
    """Return the second's score as a share of the best's."""
    return ranked[1].quotation.score / max(ranked[0].quotation.score, 1e-9) if len(ranked) > 1 else 0.0


def _is_long(chosen: Sequence[Quotation]) -> bool:
    """Tell whether an answer is complete as it is: a table, a list, or many words."""
    return (
        any(len(each.unit.parts) > 1 for each in chosen)
        or sum(len(each.text) for each in chosen) >= LONG_ENOUGH
    )


def _ranked(candidates: Sequence[Candidate], parts: Sequence[Part]) -> list[Candidate]:
    """Return the candidates with their scores for these parts of the question, the best first."""
    scored = [
        replace(each, quotation=replace(each.quotation, score=sum(score_of(each, part) for part in parts)))
        for each in candidates
    ]
    return sorted(scored, key=lambda each: (-each.quotation.score, *each.quotation.place))


def _with(chosen: list[Quotation], candidate: Candidate, parts: Sequence[Part]) -> list[Quotation]:
    """Return what was chosen and the candidate, unless its words stand there already."""
    quotation = replace(candidate.quotation, unit=_narrowed(candidate, parts))
    said = [each.text.split() for each in chosen]
    return chosen if quotation.text.split() in said else [*chosen, quotation]


def _in_document_order(chosen: Sequence[Quotation]) -> list[Quotation]:
    """Documents stand in the order of their best passage, passages in the order of their document."""
    first: dict[UUID, int] = {}
    for each in sorted(chosen, key=lambda each: each.number):
        first.setdefault(each.passage.document.id, each.number)
    return sorted(
        chosen, key=lambda each: (first[each.passage.document.id], each.passage.ordinal, each.place)
    )


def joined(chosen: Sequence[Quotation]) -> list[Quotation]:
    """Return the quotations with neighbouring sentences as one: they share their citation."""
    runs: list[Quotation] = []
    for each in chosen:
        before = runs[-1] if runs else each
        text = each.passage.text[before.unit.end : each.unit.start]
        is_prose = each.unit.kind is Kind.PROSE is before.unit.kind
        if runs and is_prose and before.number == each.number and text.isspace() and "\n\n" not in text:
            unit = replace(before.unit, parts=(*before.unit.parts, *each.unit.parts))
            runs[-1] = replace(before, unit=unit)
        else:
            runs.append(each)
    return runs


def _narrowed(candidate: Candidate, parts: Sequence[Part]) -> Unit:
    """Return the unit whole when it is short, else the rows or items around the ones that matter."""
    unit = candidate.quotation.unit
    if len(unit.parts) <= WHOLE_PARTS and unit.end - unit.start <= WHOLE_CHARACTERS:
        return unit
    pointed = [index for part in parts for index in pointed_parts(candidate.quotation, part.quantities)]
    best = pointed or [
        max(
            range(len(unit.parts)),
            key=lambda index: share_of(part, candidate.own[index], candidate, is_pointed=False),
        )
        for part in parts
    ]
    first = max(min(best) - 1, 0)
    enough = max(*best, first + WINDOW - 1)
    return unit.narrowed(first, min(enough, first + 2 * WINDOW, len(unit.parts) - 1))
