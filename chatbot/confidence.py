"""How sure an answer may sound: the evidence of the search, lowered where the answer cites nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from conversations.types import CitationData
from retrieval.types import Evidence

Level = Literal["high", "medium", "low", "none"]
_UNCITED_CEILING = 0.3


@dataclass(frozen=True, slots=True)
class Confidence:
    """`value` is between 0 and 1; `level` is its name for people."""

    value: float
    level: Level


NO_CONFIDENCE = Confidence(0.0, "none")


def confidence_of(*, evidence: Evidence, citations: Sequence[CitationData]) -> Confidence:
    """Return the confidence of an answer that was written; without any citation it is at most low."""
    if not citations:
        return Confidence(min(evidence.confidence, _UNCITED_CEILING), "low")
    return Confidence(evidence.confidence, evidence.level)
