"""The order of what was found: by the odds of the second look, or by a reranker where one is configured.

A reranker changes the order alone. How strong the evidence is goes on being judged by the search's own order,
which the calibration belongs to. When the reranker is away, that order is shown, and it is said.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from retrieval.attached import HEAD_START, with_sure_places
from retrieval.models import Passage
from retrieval.ranking import Fused, scale
from retrieval.reranking import get_reranker
from retrieval.reranking.port import RerankerUnavailableError
from retrieval.rescoring import Features
from retrieval.types import Ranking

logger = logging.getLogger(__name__)

# Of one document among the first, as long as other documents have something to say.
MOST_OF_ONE_DOCUMENT = 3
# A reranker reads so many of the best; what comes behind them keeps its order.
RERANKED = 30


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that the reader may see: `odds` is the logarithm of how likely it is the one asked for,
    `reranked` the reranker's score, None where it gave none.
    """

    passage: Passage
    hit: Fused
    features: Features
    odds: float
    reranked: float | None = None


def in_order(question: str, found: Sequence[Ranked], limit: int) -> list[Ranked]:
    """Return the passages best first, private files in their sure places among the first `limit`."""
    ranked = _diverse(_reranked(question, by_odds(found)))
    return with_sure_places(ranked, _is_of_file, limit)


def by_odds(found: Sequence[Ranked]) -> list[Ranked]:
    # A sort that keeps the order of what scores alike, which is that of the fused legs.
    return sorted(found, key=lambda one: -(one.odds + HEAD_START * _is_of_file(one)))


def own_order(ranked: Sequence[Ranked], limit: int) -> list[Ranked]:
    """Return what `in_order` has returned as it would be without a reranker."""
    if all(one.reranked is None for one in ranked):
        return list(ranked)
    return with_sure_places(_diverse(by_odds(ranked)), _is_of_file, limit)


def ranking_of(ranked: Sequence[Ranked]) -> Ranking | None:
    """Return who has put the passages in order; None where no reranker is configured or nothing was found."""
    if not ranked or get_reranker() is None:
        return None
    is_reranked = any(one.reranked is not None for one in ranked)
    return "reranker" if is_reranked else "reranker_unavailable"


def _reranked(question: str, ranked: list[Ranked]) -> list[Ranked]:
    reranker = get_reranker()
    if reranker is None:
        return ranked
    first, rest = ranked[:RERANKED], ranked[RERANKED:]
    try:
        scores = reranker.scores(question, [_text(one.passage) for one in first])
    except RerankerUnavailableError:
        logger.warning("reranker is away", extra={"reranker": reranker.name})
        return ranked
    judged = [replace(one, reranked=score) for one, score in zip(first, scores, strict=True)]
    return [*sorted(judged, key=lambda one: -(one.reranked or 0.0)), *rest]


def _text(passage: Passage) -> str:
    parts = (passage.document.title, passage.heading, passage.text)
    return "\n".join(part for part in parts if part)


def _is_of_file(one: Ranked) -> bool:
    return one.passage.document.conversation_id is not None


def _diverse(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the passages in order, those of a document that has had its share behind all others."""
    shown: Counter[UUID] = Counter()
    first, later = list[Ranked](), list[Ranked]()
    for one in ranked:
        shown[one.passage.document_id] += 1
        enough = shown[one.passage.document_id] > MOST_OF_ONE_DOCUMENT
        (later if enough else first).append(one)
    return first + later


def scores_of(ranked: Sequence[Ranked]) -> list[float]:
    """Return a score in 0..1 within the search for each, of whoever has put them in order."""
    judged = [one.reranked for one in ranked if one.reranked is not None]
    if not judged:
        return _scaled([one.odds for one in ranked])
    scaled = iter(_scaled(judged))
    return [0.0 if one.reranked is None else next(scaled) for one in ranked]


def _scaled(values: Sequence[float]) -> list[float]:
    found: list[float] = scale(np.array(values, np.float32)).tolist()
    return found
