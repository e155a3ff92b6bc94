"""How the hits of both legs are put in one order, alike for every store.

The scores of each leg are scaled to 0..1 by the least and greatest among its hits, a passage that a
leg did not return has 0 there, and

    score = alpha · dense + (1 − alpha) · lexical,   alpha = 0.7

which is Weaviate's `relativeScoreFusion`. A leg whose hits all score alike gives each of them 1. Where there
is no dense leg at all, because nothing embeds, the lexical one decides alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.7

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that one leg found; scores of different legs are not comparable."""

    passage_id: UUID
    score: float


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage in the final order: `score` in 0..1, and what the legs said, None for a leg that lacks it."""

    passage_id: UUID
    score: float
    lexical: float | None
    dense: float | None


def fuse(lexical: Sequence[Hit], dense: Sequence[Hit] | None, *, alpha: float = ALPHA) -> list[Fused]:
    """Return the hits of both legs in one order, best first; `dense` is None where nothing embeds."""
    words, meanings = _by_passage(lexical), _by_passage(dense or ())
    weight = alpha if dense is not None else 0.0
    scaled_words, scaled_meanings = _scaled(words), _scaled(meanings)
    fused = [
        Fused(
            passage_id,
            weight * scaled_meanings.get(passage_id, 0.0) + (1 - weight) * scaled_words.get(passage_id, 0.0),
            words.get(passage_id),
            meanings.get(passage_id),
        )
        for passage_id in {**meanings, **words}
    ]
    return sorted(fused, key=_order)


def scale(values: Floats) -> Floats:
    """Return `values` scaled to 0..1 by the least and the greatest; all 1 where they are alike."""
    if values.size == 0:
        return values
    low, high = values.min(), values.max()
    return np.ones_like(values) if high <= low else (values - low) / (high - low)


def _by_passage(hits: Iterable[Hit]) -> dict[UUID, float]:
    return {hit.passage_id: hit.score for hit in hits}


def _scaled(scores: Mapping[UUID, float]) -> dict[UUID, float]:
    scaled = scale(np.fromiter(scores.values(), np.float32, len(scores)))
    return dict(zip(scores, scaled.tolist(), strict=True))


def _order(hit: Fused) -> tuple[float, float, float, str]:
    return -hit.score, -(hit.dense or 0.0), -(hit.lexical or 0.0), str(hit.passage_id)
