"""How sure an answer may sound: the evidence of the search, lowered where the answer does not bear it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.llm.quoting import choose_quotations
from config.kernel.hebrew.direction import dominant_direction
from config.kernel.hebrew.quantities import Quantity, quantities_in, range_of
from conversations.types import CitationData
from retrieval.matching import asked, coverage, keys_of
from retrieval.types import Evidence, FoundPassage, SearchResult
from retrieval.units import label_of

Level = Literal["high", "medium", "low", "none"]
_UNCITED = 0.3
# Of the words that the question is about: with fewer in what was cited, no answer sounds surer than this.
_MOST_WORDS, _HALF = 0.75, 0.5
_MEDIUM, _LOW = 0.84, 0.59
_ORDER: tuple[Level, ...] = ("none", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Confidence:
    """`value` is between 0 and 1; `level` is its name for people."""

    value: float
    level: Level


NO_CONFIDENCE = Confidence(0.0, "none")
ANSWERED_FOR = Confidence(1.0, "high")  # a manager approved the words


def confidence_of(*, evidence: Evidence, citations: Sequence[CitationData], borne_out: float) -> Confidence:
    """Return the confidence of an answer that was written; without any citation it is at most low.

    `borne_out` is the share of the question that the cited words speak of (`share_borne_out`).
    """
    ceiling, level = _ceiling(borne_out) if citations else (_UNCITED, "low")
    return Confidence(min(evidence.confidence, ceiling), min(evidence.level, level, key=_ORDER.index))


def share_borne_out(question: str, answer: str, cited: Sequence[FoundPassage]) -> float:
    """Return the share of the question's words that stand in the answer or above the cited passages.

    An amount is borne out by a range around it as well. A question in another language than the documents
    shares no words with them: half counts as borne out.
    """
    above = [text for passage in cited for text in (passage.document.title, passage.heading)]
    words = asked(question)
    if _states_range_of(answer, quantities_in(question)):
        words = [word for word in words if not word.is_number] or words
    share = coverage(words, keys_of(answer, *above))
    is_foreign = any(dominant_direction(passage.text) != dominant_direction(question) for passage in cited)
    return max(share, _HALF) if is_foreign else share


def is_borne_out(question: str, found: SearchResult) -> bool:
    """Tell whether the best that could be quoted answers the question.

    It does not when it speaks of less than half of what is asked, unless the evidence is high: people ask in
    other words than documents use, but then much else speaks for the passage. Busy for some milliseconds.
    """
    if found.evidence.level == "high":
        return True
    quotations = choose_quotations(question, found.passages)
    text = "\n".join(quotation.text for quotation in quotations)
    return share_borne_out(question, text, [quotation.passage for quotation in quotations]) >= _HALF


def _states_range_of(answer: str, quantities: Sequence[Quantity]) -> bool:
    labels = (label_of(line) for line in answer.splitlines())
    ranges = [stated for label in labels if (stated := range_of(label)) is not None]
    return any(stated.holds(quantity) for stated in ranges for quantity in quantities)


def _ceiling(borne_out: float) -> tuple[float, Level]:
    if borne_out >= _MOST_WORDS:
        return 1.0, "high"
    return (_MEDIUM, "medium") if borne_out >= _HALF else (_LOW, "low")
