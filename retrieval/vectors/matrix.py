"""An organisation's passages in memory: one matrix of vectors, one inverted index. Immutable once built."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from retrieval.embeddings.port import Vectors
from retrieval.ranking import Bm25, Floats, Hit, TokenCounts, Vocabulary
from retrieval.vectors.port import Background, Legs, StoreQuery

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages of one document, as of one indexing, told by `stamp`; `vectors` is None where none fit."""

    stamp: int
    passage_ids: tuple[UUID, ...]
    tokens: tuple[TokenCounts, ...]
    vectors: Vectors | None


@dataclass(frozen=True, slots=True)
class Label:
    """Who may see a document, and what it belongs to; changes without re-indexing."""

    audience: frozenset[str]
    category: str


class MemoryIndex:
    """Exact search over the shelves of one organisation."""

    def __init__(self, shelves: dict[UUID, Shelf], labels: dict[UUID, Label], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._labels = [labels[document_id] for document_id in shelves]
        self._passage_ids = [passage_id for shelf in shelves.values() for passage_id in shelf.passage_ids]
        sizes = [len(shelf.passage_ids) for shelf in shelves.values()]
        self._documents = np.repeat(np.arange(len(shelves)), sizes)
        self._bm25 = Bm25([counts for shelf in shelves.values() for counts in shelf.tokens], len(vocabulary))
        self._matrix, self._has_vector = _stacked(list(shelves.values()), sizes)
        self.shelves = dict(zip(shelves, self._as_views(list(shelves.values()), sizes), strict=True))
        self._masks: dict[tuple[frozenset[str] | None, str | None], Mask] = {}

    def __len__(self) -> int:
        return len(self._passage_ids)

    def search(self, query: StoreQuery) -> Legs:
        visible = self._visible(query.audience, query.category)
        words = self._bm25.scores(self.vocabulary.numbers(query.tokens))
        lexical = self._best(words, visible & (words > 0), query.limit)
        if query.vector is None:
            return Legs(lexical, None)
        comparable = visible & self._has_vector
        if self._matrix.shape[1] != query.vector.size or not comparable.any():
            return Legs(lexical, ())
        cosines = self._matrix @ query.vector
        background = Background(float(cosines[comparable].mean()), float(cosines[comparable].std()))
        return Legs(lexical, self._best(cosines, comparable, query.limit), background)

    def _visible(self, audience: frozenset[str] | None, category: str | None) -> Mask:
        mask = self._masks.get((audience, category))
        if mask is None:
            seen = [
                (audience is None or not audience.isdisjoint(label.audience))
                and category in {None, label.category}
                for label in self._labels
            ]
            mask = self._masks[audience, category] = np.array(seen, np.bool_)[self._documents]
        return mask

    def _best(self, scores: Floats, eligible: Mask, limit: int) -> tuple[Hit, ...]:
        rows = np.flatnonzero(eligible)
        if rows.size > limit:
            rows = rows[np.argpartition(-scores[rows], limit - 1)[:limit]]
        ordered = rows[np.argsort(-scores[rows], kind="stable")]
        return tuple(Hit(self._passage_ids[row], float(scores[row])) for row in ordered)

    def _as_views(self, shelves: Sequence[Shelf], sizes: list[int]) -> Iterator[Shelf]:
        """Yield the shelves with their vectors inside the matrix, so that none is held twice."""
        start = 0
        for shelf, size in zip(shelves, sizes, strict=True):
            own = None if shelf.vectors is None else self._matrix[start : start + size]
            yield replace(shelf, vectors=own)
            start += size


def _stacked(shelves: Sequence[Shelf], sizes: Sequence[int]) -> tuple[Vectors, Mask]:
    """Return one row for each passage, zero where it has no vector, and which rows have one."""
    dimensions = next((shelf.vectors.shape[1] for shelf in shelves if shelf.vectors is not None), 0)
    matrix = np.zeros((sum(sizes), dimensions), np.float32)
    has_vector = np.zeros(sum(sizes), np.bool_)
    start = 0
    for shelf, size in zip(shelves, sizes, strict=True):
        if shelf.vectors is not None:
            matrix[start : start + size] = shelf.vectors
            has_vector[start : start + size] = True
        start += size
    return matrix, has_vector
