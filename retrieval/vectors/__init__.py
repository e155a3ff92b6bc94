"""The seam of the store that finds passages; `get_store` gives the process's one."""

import atexit
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from retrieval.vectors.port import VectorStore


def get_store() -> VectorStore:
    """Return the store of this process: Weaviate where it is configured, else the embedded one."""
    return _weaviate(settings.WEAVIATE_URL) if settings.WEAVIATE_URL else _embedded()


@cache
def _embedded() -> VectorStore:
    store: VectorStore = import_string("retrieval.vectors.embedded.EmbeddedStore")()
    return store


@cache
def _weaviate(url: str) -> VectorStore:
    # Imported only where it is used: its client takes seconds to load.
    store = import_string("retrieval.vectors.weaviate.WeaviateStore")(
        url,
        api_key=settings.WEAVIATE_API_KEY,
        grpc_host=settings.WEAVIATE_GRPC_HOST,
        grpc_port=settings.WEAVIATE_GRPC_PORT,
    )
    atexit.register(store.close)
    return cast(VectorStore, store)
