"""The seam of the store that finds passages; `get_store` gives the process's one."""

from functools import cache

from retrieval.vectors.embedded import EmbeddedStore
from retrieval.vectors.port import VectorStore


@cache
def get_store() -> VectorStore:
    """Return the store of this process: the embedded one, as long as no server is configured."""
    return EmbeddedStore()
