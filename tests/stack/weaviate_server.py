"""The Weaviate of `make stack`, as the tests reach it."""

from retrieval.vectors.weaviate import WeaviateStore
from tests.real_servers import stack_setting


def weaviate_store() -> WeaviateStore:
    """Return a store of its own on the real server: as good as another process."""
    return WeaviateStore(
        stack_setting("WEAVIATE_URL"),
        api_key=stack_setting("WEAVIATE_API_KEY"),
        grpc_port=int(stack_setting("WEAVIATE_GRPC_PORT")),
    )
