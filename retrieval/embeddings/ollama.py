"""Embeddings by Ollama, `POST /api/embed`, some texts at a time."""

from collections.abc import Sequence
from functools import cached_property

import httpx
import numpy as np

from config.kernel.hebrew.normalise import embedding_text
from retrieval.embeddings.port import EmbeddingsUnavailableError, Kind, Vectors

TEXTS_AT_ONCE = 32
CONNECT_SECONDS = 2.0
# A question has a person waiting for it; documents are indexed in the background, perhaps on a busy server.
SECONDS: dict[Kind, float] = {"query": 10.0, "passage": 60.0}
HEALTH_SECONDS = 1.0
_NOTHING = "."  # stands for an empty text, of which some models make no tokens
# How the makers of a family had questions and passages told apart; others take both as they are.
_PREFIXES: dict[str, dict[Kind, str]] = {
    "e5": {"query": "query: ", "passage": "passage: "},
    "nomic-embed": {"query": "search_query: ", "passage": "search_document: "},
    "embeddinggemma": {"query": "task: search result | query: ", "passage": "title: none | text: "},
    "mxbai-embed": {"query": "Represent this sentence for searching relevant passages: ", "passage": ""},
}


class OllamaEmbedder:
    """Safe to share between threads."""

    def __init__(self, *, base_url: str, model: str) -> None:
        self.name = f"ollama/{model}"
        self._model = model
        self._prefix = next((said for family, said in _PREFIXES.items() if family in model.lower()), None)
        self._client = httpx.Client(base_url=base_url, trust_env=False)

    @cached_property
    def dimensions(self) -> int:
        """Ask the model, once; raises EmbeddingsUnavailableError."""
        return int(self._vectors([_NOTHING], "query").shape[1])

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        prefix = self._prefix[kind] if self._prefix else ""
        said = [prefix + (embedding_text(text).strip() or _NOTHING) for text in texts]
        parts = [said[start : start + TEXTS_AT_ONCE] for start in range(0, len(said), TEXTS_AT_ONCE)]
        if not parts:
            return np.empty((0, self.dimensions), np.float32)
        return np.concatenate([self._vectors(part, kind) for part in parts])

    def is_healthy(self) -> bool:
        try:
            return self._client.get("/api/tags", timeout=HEALTH_SECONDS).is_success
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._client.close()

    def _vectors(self, texts: list[str], kind: Kind) -> Vectors:
        body = {"model": self._model, "input": texts, "truncate": True}
        try:
            response = self._client.post(
                "/api/embed", json=body, timeout=httpx.Timeout(SECONDS[kind], connect=CONNECT_SECONDS)
            )
            rows = np.array(response.raise_for_status().json()["embeddings"], np.float32)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise EmbeddingsUnavailableError from error
        if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
            raise EmbeddingsUnavailableError(details={"reason": "unexpected_vectors"})
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norms, np.finfo(np.float32).tiny), np.float32)
