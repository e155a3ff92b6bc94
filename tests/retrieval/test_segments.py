"""Passages in memory after any row of changes are found as if all had been built at once."""

from uuid import UUID, uuid5

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.bm25 import Vocabulary
from retrieval.types import EVERYONE
from retrieval.vectors.port import Legs, StoreQuery
from retrieval.vectors.segments import Label, MemoryIndex, Shelf, segment_of

ORGANIZATION = UUID(int=7)
WORDS = ("חופשה", "סיסמה", "שכר", "ימים", "מחסן")
LABELS = (Label(frozenset({EVERYONE}), ""), Label(frozenset({"department:1"}), "נהלים"))
# A document's number, and its passages as words by number; none for a document that was deleted.
CHANGES = st.lists(
    st.tuples(st.integers(0, 7), st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), max_size=3)),
    max_size=25,
)


def shelf(document: int, passages: list[list[int]], vocabulary: Vocabulary) -> Shelf:
    document_id = UUID(int=document)
    texts = [[WORDS[number] for number in words] for words in passages]
    return Shelf(
        document_id,
        LABELS[document % 2],
        tuple(uuid5(document_id, f"{number} {' '.join(text)}") for number, text in enumerate(texts)),
        tuple(vocabulary.count(text) for text in texts),
        np.array([_vector(text) for text in texts], np.float32) if document % 3 else None,
    )


def _vector(words: list[str]) -> list[float]:
    counts = np.array([words.count(word) for word in WORDS], np.float32)
    return list(counts / np.linalg.norm(counts))


def query(audience: frozenset[str] | None, category: str | None) -> StoreQuery:
    vector = np.array([0.6, 0.8, 0, 0, 0], np.float32)
    return StoreQuery(ORGANIZATION, ["חופשה", "ימים"], vector, "e", audience, category)


def found(legs: Legs) -> list[dict[UUID, float]]:
    legs_found = (legs.lexical, legs.dense or ())
    return [{hit.passage_id: round(hit.score, 4) for hit in leg} for leg in legs_found]


@given(CHANGES)
def test_changes_one_by_one_give_what_all_at_once_gives(changes: list[tuple[int, list[list[int]]]]) -> None:
    vocabulary, kept = Vocabulary(), dict[int, list[list[int]]]()
    index = MemoryIndex(vocabulary)
    for document, passages in changes:
        kept[document] = passages
        new = [segment_of([shelf(document, passages, vocabulary)])] if passages else []
        index = index.changed({UUID(int=document)}, new)
    shelves = [shelf(document, passages, vocabulary) for document, passages in kept.items() if passages]
    whole = MemoryIndex(vocabulary).changed((), [segment_of(shelves)] if shelves else [])
    for audience in (None, frozenset({EVERYONE}), frozenset({"department:1"})):
        for category in (None, "נהלים"):
            asked = query(audience, category)
            legs, expected = index.search(asked), whole.search(asked)
            assert found(legs) == found(expected)
            assert (legs.background is None) == (expected.background is None)


def test_a_small_change_leaves_the_great_segment_alone() -> None:
    vocabulary = Vocabulary()
    great = segment_of([shelf(number, [[0, 1], [2]], vocabulary) for number in range(50)])
    index = MemoryIndex(vocabulary).changed((), [great])
    for number in range(4):
        new = segment_of([shelf(number, [[number]], vocabulary)])
        index = index.changed({UUID(int=number)}, [new])
    assert index.parts[0].segment is great
    assert len(index.parts) <= 3
    assert sum(part.living for part in index.parts) == 96
