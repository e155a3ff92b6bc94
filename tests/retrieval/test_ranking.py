"""Scores of words and the one order of both legs."""

import math
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.bm25 import Bm25, Vocabulary, merged, postings_of
from retrieval.ranking import Hit, fuse


def hits(**scores: float) -> list[Hit]:
    return [Hit(number(name), score) for name, score in scores.items()]


def number(name: str) -> UUID:
    return UUID(int=ord(name))


def bm25(*texts: str) -> tuple[Bm25, Vocabulary]:
    vocabulary = Vocabulary()
    counts = [vocabulary.count(text.split()) for text in texts]
    return Bm25([postings_of(counts)]), vocabulary


def test_fusion_is_the_weighted_sum_of_scaled_scores() -> None:
    fused = fuse(hits(a=2, b=6, c=4), hits(a=0.9, b=0.8, d=0.85), alpha=0.7)
    assert {hit.passage_id: pytest.approx(hit.score, abs=1e-6) for hit in fused} == {
        number("a"): 0.7,
        number("b"): 0.3,
        number("c"): 0.15,
        number("d"): 0.35,
    }
    assert [hit.passage_id for hit in fused] == [number(name) for name in "adbc"]


def test_fusion_tells_what_each_leg_said() -> None:
    by_id = {hit.passage_id: hit for hit in fuse(hits(a=2), hits(b=0.9))}
    assert (by_id[number("a")].lexical, by_id[number("a")].dense) == (2, None)
    assert (by_id[number("b")].lexical, by_id[number("b")].dense) == (None, 0.9)


def test_without_embeddings_words_decide_alone() -> None:
    assert [hit.score for hit in fuse(hits(a=3, b=1), None)] == [1.0, 0.0]


def test_a_leg_whose_hits_are_alike_counts_fully() -> None:
    assert [hit.score for hit in fuse([], hits(a=0.8, b=0.8), alpha=0.7)] == pytest.approx([0.7, 0.7])


def test_no_hits_give_no_order() -> None:
    assert fuse([], []) == []


SCORES = st.dictionaries(st.uuids(), st.floats(0, 100, width=32), max_size=20)


@given(SCORES, SCORES, st.floats(0, 1))
def test_fused_scores_stay_between_0_and_1_and_fall(
    lexical: dict[UUID, float], dense: dict[UUID, float], alpha: float
) -> None:
    fused = fuse([Hit(*hit) for hit in lexical.items()], [Hit(*hit) for hit in dense.items()], alpha=alpha)
    assert {hit.passage_id for hit in fused} == set(lexical) | set(dense)
    assert all(-1e-6 <= hit.score <= 1 + 1e-6 for hit in fused)
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)


def test_bm25_follows_its_formula() -> None:
    index, vocabulary = bm25("a a b", "b c", "d")
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / 2))
    assert index.scores(vocabulary.numbers(["a"]))[0].tolist() == pytest.approx([expected, 0, 0])


def test_rare_words_weigh_more_than_frequent_ones() -> None:
    index, vocabulary = bm25("common rare", "common other", "common more")
    rare, common = (index.scores(vocabulary.numbers([word]))[0][0] for word in ("rare", "common"))
    assert rare > common > 0


def test_unknown_words_and_empty_collections_score_nothing() -> None:
    index, vocabulary = bm25("a")
    assert index.scores(vocabulary.numbers(["z"]))[0].tolist() == [0]
    assert index.scores([99])[0].tolist() == [0]
    assert bm25()[0].scores([0])[0].tolist() == []


TEXTS = ("a a b", "b c", "d a", "c c c b", "e", "a e e")


@pytest.mark.parametrize("dead", [set(), {0}, {1, 4}, {0, 1, 2}])
def test_scores_do_not_depend_on_how_the_texts_are_spread_nor_on_the_dead(dead: set[int]) -> None:
    vocabulary = Vocabulary()
    counts = [vocabulary.count(text.split()) for text in TEXTS]
    parts = [postings_of(counts[:2]), postings_of(counts[2:3]), postings_of(counts[3:])]
    alive = np.array([number not in dead for number in range(len(TEXTS))])
    masks = [alive[:2], alive[2:3], alive[3:]]
    asked = vocabulary.numbers(["a", "c", "e"])
    living = [each for number, each in enumerate(counts) if number not in dead]
    expected = Bm25([postings_of(living)]).scores(asked)[0]
    spread = np.concatenate(Bm25(parts, masks).scores(asked))
    assert spread[alive] == pytest.approx(expected)
    assert not spread[~alive].any()
    assert Bm25([merged(parts, masks)]).scores(asked)[0] == pytest.approx(expected)


def test_of_too_many_occurrences_the_rarest_words_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.bm25.READ_OCCURRENCES", 4)
    index, vocabulary = bm25("a b c d", "b c d", "c d", "d")
    assert [bool(score) for score in index.scores(vocabulary.numbers(["a", "b", "c", "d"]))[0]] == [
        True,
        True,
        True,
        False,
    ]
