"""An organisation's passages in memory: segments that never change once built, and which passages live.

A change kills the passages that it replaces and adds a small segment. Small segments are joined to greater
ones when these are not much greater, so each passage is copied a few times at most, there are few segments to
search, and nothing as large as the whole is built again for a small change.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from retrieval.bm25 import Bm25, Mask, Postings, TokenCounts, Vocabulary, merged, postings_of
from retrieval.embeddings.port import Vectors
from retrieval.ranking import Floats, Hit
from retrieval.vectors.port import Background, Legs, StoreQuery

# A segment with a greater share of dead passages is written anew.
_MOST_DEAD = 0.25
# A segment that is not at least so many times the next one is joined to it.
_GROWTH = 2
_ID_BYTES = 16

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Label:
    """Who may see a document, and what it belongs to."""

    audience: frozenset[str]
    category: str

    def is_seen(self, audience: frozenset[str] | None, category: str | None) -> bool:
        is_readable = audience is None or not audience.isdisjoint(self.audience)
        return is_readable and category in {None, self.category}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages of one document as they are now; `vectors` is None where none fit."""

    document_id: UUID
    label: Label
    passage_ids: tuple[UUID, ...]
    tokens: tuple[TokenCounts, ...]
    vectors: Vectors | None


@dataclass(frozen=True, slots=True)
class Segment:
    """Passages with all by which they are found: a row of `vectors`, zero where `has_vector` says no, and the
    number of their document's label. `spans` tells the rows of each document.
    """

    passage_ids: bytes
    spans: dict[UUID, tuple[int, int]]
    labels: tuple[Label, ...]
    label_numbers: Numbers
    postings: Postings
    vectors: Vectors
    has_vector: Mask

    def __len__(self) -> int:
        return len(self.label_numbers)

    def passage_id(self, row: int) -> UUID:
        return UUID(bytes=self.passage_ids[row * _ID_BYTES : (row + 1) * _ID_BYTES])

    def visible(self, audience: frozenset[str] | None, category: str | None) -> Mask:
        seen = [label.is_seen(audience, category) for label in self.labels]
        return np.array(seen, np.bool_)[self.label_numbers]


def segment_of(shelves: Sequence[Shelf]) -> Segment:
    """Return the passages of the documents as one segment; each document has at least one passage."""
    labels = {
        shelf.label: number for number, shelf in enumerate({each.label: each for each in shelves}.values())
    }
    sizes = [len(shelf.passage_ids) for shelf in shelves]
    ends = np.cumsum(sizes, dtype=np.int64).tolist()
    vectors, has_vector = _stacked(shelves, sizes)
    return Segment(
        passage_ids=b"".join(passage_id.bytes for shelf in shelves for passage_id in shelf.passage_ids),
        spans={
            shelf.document_id: (end - size, end)
            for shelf, size, end in zip(shelves, sizes, ends, strict=True)
        },
        labels=tuple(labels),
        label_numbers=np.repeat(np.array([labels[shelf.label] for shelf in shelves], np.int32), sizes),
        postings=postings_of([counts for shelf in shelves for counts in shelf.tokens]),
        vectors=vectors,
        has_vector=has_vector,
    )


def _stacked(shelves: Sequence[Shelf], sizes: Sequence[int]) -> tuple[Vectors, Mask]:
    dimensions = next((shelf.vectors.shape[1] for shelf in shelves if shelf.vectors is not None), 0)
    vectors = np.zeros((sum(sizes), dimensions), np.float32)
    has_vector = np.repeat(np.array([shelf.vectors is not None for shelf in shelves], np.bool_), sizes)
    start = 0
    for shelf, size in zip(shelves, sizes, strict=True):
        if shelf.vectors is not None:
            vectors[start : start + size] = shelf.vectors
        start += size
    return vectors, has_vector


@dataclass(frozen=True, slots=True)
class Part:
    """A segment and which of its passages live."""

    segment: Segment
    alive: Mask

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def living(self) -> int:
        return int(self.alive.sum())

    def without(self, document_ids: Collection[UUID]) -> "Part":
        """Return the part with the passages of these documents dead."""
        spans = [self.segment.spans[each] for each in document_ids if each in self.segment.spans]
        if not spans:
            return self
        alive = self.alive.copy()
        for start, end in spans:
            alive[start:end] = False
        return Part(self.segment, alive)


@dataclass(frozen=True, slots=True)
class MemoryIndex:
    """Exact search over an organisation's passages. Immutable: a change makes another, sharing the rest."""

    vocabulary: Vocabulary
    parts: tuple[Part, ...] = ()
    bm25: Bm25 = field(init=False)

    def __post_init__(self) -> None:
        words = Bm25([part.segment.postings for part in self.parts], [part.alive for part in self.parts])
        object.__setattr__(self, "bm25", words)

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def changed(self, gone: Collection[UUID], new: Sequence[Segment]) -> "MemoryIndex":
        """Return the index without the documents that are gone or replaced, and with the new segments."""
        parts = [part.without(gone) for part in self.parts]
        fresh = [Part(segment, np.ones(len(segment), np.bool_)) for segment in new]
        together = [_joined(fresh)] if len(fresh) > 1 else fresh
        return MemoryIndex(self.vocabulary, tuple(_compacted([*parts, *together])))

    def search(self, query: StoreQuery) -> Legs:
        visible = [part.alive & part.segment.visible(query.audience, query.category) for part in self.parts]
        words = self.bm25.scores(self.vocabulary.numbers(query.tokens))
        matching = [seen & (score > 0) for seen, score in zip(visible, words, strict=True)]
        lexical = self._best(words, matching, query.limit)
        if query.vector is None:
            return Legs(lexical, None)
        cosines = [_cosines(part.segment, query.vector) for part in self.parts]
        comparable = [
            seen & part.segment.has_vector & (part.segment.vectors.shape[1] == query.vector.size)
            for seen, part in zip(visible, self.parts, strict=True)
        ]
        return Legs(lexical, self._best(cosines, comparable, query.limit), _background(cosines, comparable))

    def _best(self, scores: Sequence[Floats], eligible: Sequence[Mask], limit: int) -> tuple[Hit, ...]:
        """Return the best of all parts, best first."""
        found: list[Hit] = []
        for part, score, mask in zip(self.parts, scores, eligible, strict=True):
            rows = np.flatnonzero(mask)
            if rows.size > limit:
                rows = rows[np.argpartition(-score[rows], limit - 1)[:limit]]
            found += [Hit(part.segment.passage_id(row), float(score[row])) for row in rows.tolist()]
        return tuple(sorted(found, key=lambda hit: -hit.score)[:limit])


def _cosines(segment: Segment, vector: Vectors) -> Floats:
    if segment.vectors.shape[1] != vector.size:
        return np.zeros(len(segment), np.float32)
    cosines: Floats = segment.vectors @ vector
    return cosines


def _background(cosines: Sequence[Floats], comparable: Sequence[Mask]) -> Background | None:
    seen = [each[mask] for each, mask in zip(cosines, comparable, strict=True) if mask.any()]
    if not seen:
        return None
    joined = np.concatenate(seen)
    return Background(float(joined.mean()), float(joined.std()))


def _compacted(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts, joined where the one before is not much greater, and without too many dead."""
    stack: list[Part] = []
    for part in parts:
        stack.append(part)
        while len(stack) > 1 and stack[-2].living < _GROWTH * stack[-1].living:
            stack[-2:] = [_joined(stack[-2:])]
    for part in stack:
        if part.living:
            yield _joined([part]) if part.living < len(part) * (1 - _MOST_DEAD) else part


def _joined(parts: Sequence[Part]) -> Part:
    """Return the living passages of the parts as one part."""
    segments, alive = [part.segment for part in parts], [part.alive for part in parts]
    labels: dict[Label, int] = {}
    numbers = [
        np.array([labels.setdefault(label, len(labels)) for label in segment.labels], np.int32)[
            segment.label_numbers[living]
        ]
        for segment, living in zip(segments, alive, strict=True)
    ]
    ids = [
        np.frombuffer(segment.passage_ids, f"V{_ID_BYTES}")[living].tobytes()
        for segment, living in zip(segments, alive, strict=True)
    ]
    vectors, has_vector = _joined_vectors(segments, alive)
    joined = Segment(
        passage_ids=b"".join(ids),
        spans=_spans(parts),
        labels=tuple(labels),
        label_numbers=np.concatenate(numbers),
        postings=merged([segment.postings for segment in segments], alive),
        vectors=vectors,
        has_vector=has_vector,
    )
    return Part(joined, np.ones(len(joined), np.bool_))


def _spans(parts: Sequence[Part]) -> dict[UUID, tuple[int, int]]:
    """Return the rows of the living documents when the parts stand one after the other, without the dead."""
    spans: dict[UUID, tuple[int, int]] = {}
    before = 0
    for part in parts:
        places = np.concatenate([[0], np.cumsum(part.alive)]) + before
        for document_id, (start, end) in part.segment.spans.items():
            if part.alive[start]:
                spans[document_id] = int(places[start]), int(places[end])
        before += part.living
    return spans


def _joined_vectors(segments: Sequence[Segment], alive: Sequence[Mask]) -> tuple[Vectors, Mask]:
    dimensions = max(segment.vectors.shape[1] for segment in segments)
    total = sum(int(living.sum()) for living in alive)
    vectors, has_vector = np.zeros((total, dimensions), np.float32), np.zeros(total, np.bool_)
    start = 0
    for segment, living in zip(segments, alive, strict=True):
        end = start + int(living.sum())
        if segment.vectors.shape[1] == dimensions:
            vectors[start:end] = segment.vectors[living]
            has_vector[start:end] = segment.has_vector[living]
        start = end
    return vectors, has_vector
