"""When questions ask for the same: by their meanings with our own embedder, else by their words."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from analytics.gaps.clustering import Matrix
from config.kernel.hebrew.normalise import search_tokens
from retrieval.meanings import unit

# The least mean similarity of questions that ask for the same, chosen on ten gaps of our own, other ones than
# those of the test (docs/gaps.md). Cosines of another embedder mean something else: words decide there.
_SAME_MEANING, _SAME_WORDS = 0.4, 0.1
WORDS = "words"


def least_similarity(placed_by: str) -> float:
    """Return how similar questions that ask for the same are at least, as an embedder of that name places
    them, or `WORDS`.
    """
    return _SAME_WORDS if placed_by == WORDS else _SAME_MEANING


def by_words(texts: Sequence[str]) -> Matrix:
    """Return a unit vector for each question over the words of all, the rarer the heavier."""
    words = [set(search_tokens(text)) for text in texts]
    common = Counter(word for some in words for word in some)
    places = {word: place for place, word in enumerate(common)}
    counted = np.zeros((len(texts), max(1, len(places))), dtype=np.float32)
    for row, some in enumerate(words):
        for word in some:
            counted[row, places[word]] = math.log((1 + len(texts)) / common[word])
    return unit(counted)
