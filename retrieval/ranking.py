"""How hits are scored and put in order: BM25 for words, one fusion for every store.

BM25, for the question's tokens t and a passage p of length |p|:

    sum over t of  idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |p| / average)),
    idf(t) = ln(1 + (N − n(t) + ½) / (n(t) + ½)),   k1 = 1.2, b = 0.75

Fusion: the scores of each leg are scaled to 0..1 by the least and greatest among its hits, a passage that a
leg did not return has 0 there, and

    score = alpha · dense + (1 − alpha) · lexical,   alpha = 0.7

which is Weaviate's `relativeScoreFusion`. A leg whose hits all score alike gives each of them 1. Where there
is no dense leg at all, because nothing embeds, the lexical one decides alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.7
K1 = 1.2
B = 0.75

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


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


class Vocabulary:
    """Numbers for tokens; it only grows."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def count(self, tokens: Iterable[str]) -> "TokenCounts":
        """Return how often each token occurs, giving numbers to new ones."""
        counts = Counter(tokens)
        numbers = [self._numbers.setdefault(token, len(self._numbers)) for token in counts]
        frequencies = np.fromiter(counts.values(), np.int32, len(counts))
        return TokenCounts(np.array(numbers, np.int32), frequencies)

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """Return the numbers of the known ones among `tokens`, each once."""
        return [self._numbers[token] for token in dict.fromkeys(tokens) if token in self._numbers]


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """The distinct tokens of one text, by number, and how often each occurs."""

    numbers: Integers
    frequencies: Integers


class Bm25:
    """An inverted index over texts, in order of their position."""

    def __init__(self, texts: Sequence[TokenCounts], vocabulary_size: int) -> None:
        self._count = len(texts)
        lengths = np.array([text.frequencies.sum() for text in texts], np.float32)
        owners = np.repeat(np.arange(self._count, dtype=np.int32), [text.numbers.size for text in texts])
        numbers = _joined([text.numbers for text in texts])
        frequencies = _joined([text.frequencies for text in texts]).astype(np.float32)
        average = float(lengths.mean()) if self._count else 1.0
        norm = K1 * (1 - B + B * lengths[owners] / max(average, 1.0))
        occurrences = np.bincount(numbers, minlength=vocabulary_size)
        idf = np.log1p((self._count - occurrences + 0.5) / (occurrences + 0.5))
        weights = idf[numbers] * frequencies * (K1 + 1) / (frequencies + norm)
        order = np.argsort(numbers, kind="stable")
        self._owners, self._weights = owners[order], weights[order].astype(np.float32)
        self._starts = np.concatenate([[0], np.cumsum(occurrences)])

    def scores(self, numbers: Iterable[int]) -> Floats:
        """Return the score of every text for the question's distinct tokens; 0 where none occurs."""
        scores = np.zeros(self._count, np.float32)
        for number in numbers:
            if number + 1 < len(self._starts):
                found = slice(self._starts[number], self._starts[number + 1])
                scores[self._owners[found]] += self._weights[found]
        return scores


def _joined(arrays: Sequence[Integers]) -> Integers:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int32)
