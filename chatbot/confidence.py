"""How sure an answer may sound: the evidence of the search, lowered where the answer does not bear it out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.llm.quoting import choose_quotations
from chatbot.support import NOT_COMPARED, Support
from config.kernel.hebrew.direction import dominant_direction
from config.kernel.hebrew.quantities import Quantity, quantities_in, range_of
from conversations.grounds import NO_GROUNDS, WITHOUT_SOURCES, Grounds
from conversations.types import CitationData
from retrieval.chunking import last_heading
from retrieval.matching import asked_in_any_language, coverage, keys_of
from retrieval.types import Evidence, FoundPassage, SearchResult
from retrieval.units import label_of, units_of

Level = Literal["high", "medium", "low", "none"]
_ORDER: tuple[Level, ...] = ("none", "low", "medium", "high")
# Of the words that the question is about, and of those that the answer says: with fewer in what was cited,
# no answer sounds surer than medium, or low.
_MOST_WORDS, _HALF = 0.75, 0.5
_UNCITED_SHARE = 0.34
_CEILINGS: dict[Level, float] = {"none": 0.0, "low": 0.59, "medium": 0.84, "high": 1.0}
_UNCITED = 0.3
_SEVERAL = 2
PRAISE = "clear_match"
_BY_EVIDENCE = {"high": PRAISE, "low": "weak_match"}


@dataclass(frozen=True, slots=True)
class Confidence:
    """`value` is between 0 and 1; `level` is its name for people, `grounds` say why."""

    value: float
    level: Level
    grounds: Grounds = NO_GROUNDS


NO_CONFIDENCE = Confidence(0.0, "none")
ANSWERED_FOR = Confidence(1.0, "high", Grounds(None, ("approved",)))  # a manager answers for the words
OUT_OF_ITSELF = Confidence(0.0, "none", Grounds(None, (WITHOUT_SOURCES,)))


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an answer that was written is weighed by. `borne_out` is the share of the question that the cited
    words speak of (`share_borne_out`). A file as a `whole` was searched for nothing: it is quoted or told.
    """

    evidence: Evidence
    citations: Sequence[CitationData]
    borne_out: float
    support: Support = NOT_COMPARED
    whole: Literal["", "quoted", "told"] = ""


def confidence_of(weighed: Weighed) -> Confidence:
    """Return the confidence: that of the evidence, lowered by each thing that speaks against the answer."""
    evidence, objections = weighed.evidence, list(_objections(weighed))
    level = min([evidence.level, *(each for _code, each in objections)], key=_ORDER.index)
    ceiling = min([_CEILINGS[each] for _code, each in objections], default=1.0)
    value = min(evidence.confidence, ceiling if weighed.citations else _UNCITED)
    objections.sort(key=lambda each: _ORDER.index(each[1]))
    said = [code for code, _level in objections]
    # Praise beside an objection reads as a contradiction.
    reasons = dict.fromkeys(
        [*said, *(each for each in _observations(weighed) if not (said and each == PRAISE))]
    )
    return Confidence(value, level, Grounds(weighed.support.score, tuple(reasons)))


def _objections(weighed: Weighed) -> Iterator[tuple[str, Level]]:
    """Yield what speaks against the answer, each with the level that it may sound at most."""
    support = weighed.support
    if not weighed.citations:
        yield "no_citation", "low"
        return
    if support.has_strange_number:
        yield "number_not_in_source", "low"
    if support.score is not None and support.score < _MOST_WORDS:
        yield "partly_supported", "medium" if support.score >= _HALF else "low"
    if support.uncited > _UNCITED_SHARE:
        yield "partly_uncited", "medium"
    if weighed.whole == "quoted":
        yield "excerpts", "medium"
    if weighed.borne_out < _MOST_WORDS:
        yield "question_partly_covered", "medium" if weighed.borne_out >= _HALF else "low"


def _observations(weighed: Weighed) -> Iterator[str]:
    """Yield what else there is to say of where the answer comes from."""
    if weighed.whole:
        return
    if code := _BY_EVIDENCE.get(weighed.evidence.level):
        yield code
    if len({each.document_id for each in weighed.citations}) >= _SEVERAL:
        yield "several_documents"
    elif len({each.passage_id for each in weighed.citations}) == 1:
        yield "one_passage"


def share_borne_out(
    question: str, answer: str, cited: Sequence[FoundPassage], over: Sequence[str] = ()
) -> float:
    """Return the share of the question's words that stand in the answer, above the cited passages, or `over`
    what is cited inside of them: headings, and questions that the document answers there.

    An amount is borne out by a range around it as well. Of a question in another language than the documents
    few words are known in theirs: where any is, half counts as borne out.
    """
    above = [text for passage in cited for text in (passage.document.title, passage.heading)]
    words = asked_in_any_language(question)
    if _states_range_of(answer, quantities_in(question)):
        words = [word for word in words if not word.is_number] or words
    share = coverage(words, keys_of(answer, *above, *over))
    is_foreign = any(dominant_direction(passage.text) != dominant_direction(question) for passage in cited)
    return max(share, _HALF) if share and is_foreign else share


def is_borne_out(question: str, found: SearchResult) -> bool:
    """Tell whether the evidence is borne out by the best that could be quoted.

    Where the evidence does not decide by itself, that has to speak of half of what is asked, unless the
    evidence is high: people ask in other words than documents use, but then much else speaks for the passage.
    Across languages the evidence never decides by itself: the passage that stands out there has something to
    do with the question less often. Busy for some milliseconds.
    """
    evidence = found.evidence
    if evidence.level == "high" or (evidence.decides and not evidence.foreign):
        return True
    quotations = choose_quotations(question, found.passages)
    text = "\n".join(quotation.text for quotation in quotations)
    over = [
        words for each in quotations for words in words_over(each.passage, each.unit.start, each.unit.end)
    ]
    share = share_borne_out(question, text, [each.passage for each in quotations], over)
    return share > 0 if evidence.decides else share >= _HALF


def words_over(passage: FoundPassage, start: int, end: int) -> tuple[str, ...]:
    """Return what stands over the units of `passage.text[start:end]`: headings and answered questions."""
    units = units_of(passage.text, last_heading(passage.heading))
    inside = [unit for unit in units if unit.start < end and start < unit.end]
    asked_there = [passage.text[slice(*unit.question)] for unit in inside if unit.question]
    return (*dict.fromkeys(unit.heading for unit in inside), *dict.fromkeys(asked_there))


def _states_range_of(answer: str, quantities: Sequence[Quantity]) -> bool:
    labels = (label_of(line) for line in answer.splitlines())
    ranges = [stated for label in labels if (stated := range_of(label)) is not None]
    return any(stated.holds(quantity) for stated in ranges for quantity in quantities)
