"""The Weaviate of `make stack`, as the tests reach it, directly or over wires that can be cut."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self
from urllib.parse import urlsplit

import pytest

from retrieval.vectors.weaviate import WeaviateStore
from tests.fakes.forwarder import Forwarder
from tests.real_servers import stack_setting


def stack_settings() -> dict[str, Any]:
    """Return the product's settings for the real server."""
    return {
        "WEAVIATE_URL": stack_setting("WEAVIATE_URL"),
        "WEAVIATE_API_KEY": stack_setting("WEAVIATE_API_KEY"),
        "WEAVIATE_GRPC_HOST": "",
        "WEAVIATE_GRPC_PORT": int(stack_setting("WEAVIATE_GRPC_PORT")),
    }


def weaviate_store() -> WeaviateStore:
    """Return a store of its own on the real server: as good as another process."""
    settings = stack_settings()
    return WeaviateStore(
        settings["WEAVIATE_URL"],
        api_key=settings["WEAVIATE_API_KEY"],
        grpc_port=settings["WEAVIATE_GRPC_PORT"],
    )


class Wires:
    """Both ways to the real server, by HTTP and by gRPC, that a test can cut, silence and mend."""

    def __init__(self) -> None:
        url = urlsplit(stack_setting("WEAVIATE_URL"))
        host = url.hostname or "127.0.0.1"
        self._http = Forwarder(host, url.port or 80)
        self._grpc = Forwarder(host, int(stack_setting("WEAVIATE_GRPC_PORT")))
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        self._closing.enter_context(self._http)
        self._closing.enter_context(self._grpc)
        return self

    def __exit__(self, *_error: object) -> None:
        self._closing.close()

    @contextmanager
    def store(self) -> Iterator[WeaviateStore]:
        """Give a store at the end of the wires."""
        store = WeaviateStore(
            f"http://127.0.0.1:{self._http.port}",
            api_key=stack_setting("WEAVIATE_API_KEY"),
            grpc_port=self._grpc.port,
        )
        try:
            yield store
        finally:
            store.close()

    def cut(self) -> None:
        self._http.cut()
        self._grpc.cut()

    def silence(self) -> None:
        self._http.silence()
        self._grpc.silence()

    def mend(self, store: WeaviateStore) -> None:
        """Let everything through again, and return when the store has seen it: it rests after a failure."""
        self._http.mend()
        self._grpc.mend()
        for _ in range(200):
            if store.is_healthy():
                return
            time.sleep(0.05)
        pytest.fail("the store has not found its server again")
