"""The process's connection to Weaviate: opened at first use, thrown away and made anew when anything fails.

A client that has lost its server may stay closed for ever, and one made before a fork must not be used after
it. So no client is ever repaired: the next call makes a new one, which fails at once while the server is
away.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

import httpx
from weaviate import WeaviateClient
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.config import GrpcConfig
from weaviate.connect import ConnectionParams
from weaviate.connect.base import ProtocolParams
from weaviate.exceptions import WeaviateBaseError, WeaviateClosedClientError

from retrieval.vectors.port import StoreUnavailableError

T = TypeVar("T")

CONNECT_SECONDS = 2
READ_SECONDS = 5
INSERT_SECONDS = 30
COOL_DOWN_SECONDS = 1.0

# The client sleeps up to a minute over calls that find no server. Told to wait for one instead, a call ends
# with its own time limit, and goes through when the server is back before that.
_WAIT_FOR_READY = '{"methodConfig": [{"name": [{}], "waitForReady": true}]}'
_CHANNEL_OPTIONS = [
    ("grpc.service_config", _WAIT_FOR_READY),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1000),
]
# Of objects that fail it writes all that they say.
logging.getLogger("weaviate-client").setLevel(logging.CRITICAL)

_FAILURES = (WeaviateBaseError, httpx.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is: requests go by HTTP to `url` and by gRPC to `grpc_host` and `grpc_port`."""

    url: str
    grpc_host: str
    grpc_port: int
    api_key: str = ""

    def parameters(self) -> ConnectionParams:
        url = httpx.URL(self.url)
        secure = url.scheme == "https"
        return ConnectionParams(
            http=ProtocolParams(host=url.host, port=url.port or (443 if secure else 80), secure=secure),
            grpc=ProtocolParams(host=self.grpc_host or url.host, port=self.grpc_port, secure=secure),
        )


@dataclass(slots=True)
class _Session:
    """One client and how many calls use it; it is closed when it is stale and the last of them has ended."""

    client: WeaviateClient
    process_id: int
    users: int = 0
    stale: bool = False


class Connection:
    """Safe to share between threads."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._lock = Lock()
        self._session: _Session | None = None
        self._closed_until = 0.0

    def run(self, work: Callable[[WeaviateClient], T]) -> T:
        """Return what `work` makes of an open client; it may be called twice.

        Raises StoreUnavailableError for whatever goes wrong, and leaves the client behind.
        """
        try:
            try:
                return self._attempt(work)
            except WeaviateClosedClientError:  # it has given up by itself: a new one is worth a try
                return self._attempt(work)
        except _FAILURES as error:
            raise StoreUnavailableError from error

    def close(self) -> None:
        """Close the client; the next call makes a new one."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                self._retire(session)

    def _attempt(self, work: Callable[[WeaviateClient], T]) -> T:
        session = self._enter()
        try:
            return work(session.client)
        except _FAILURES:
            session.stale = True
            raise
        finally:
            self._leave(session)

    def _enter(self) -> _Session:
        with self._lock:
            session = self._session
            if session is None or session.stale or session.process_id != os.getpid():
                session = self._session = self._open()
            session.users += 1
            return session

    def _leave(self, session: _Session) -> None:
        with self._lock:
            session.users -= 1
            if session.stale:
                if self._session is session:
                    self._session = None
                self._retire(session)

    def _open(self) -> _Session:
        if time.monotonic() < self._closed_until:
            raise StoreUnavailableError
        client = WeaviateClient(
            connection_params=self._address.parameters(),
            auth_client_secret=Auth.api_key(self._address.api_key) if self._address.api_key else None,
            additional_config=AdditionalConfig(
                timeout=Timeout(init=CONNECT_SECONDS, query=READ_SECONDS, insert=INSERT_SECONDS),
                grpc_config=GrpcConfig(channel_options=_CHANNEL_OPTIONS),
            ),
            skip_init_checks=True,  # they would ask PyPI for newer clients
        )
        try:
            # The client itself would wait five seconds for a host that does not answer.
            httpx.get(f"{self._address.url}/v1/.well-known/ready", timeout=CONNECT_SECONDS).raise_for_status()
            client.connect()
        except _FAILURES:
            # Threads that wait for the lock would try one after the other.
            self._closed_until = time.monotonic() + COOL_DOWN_SECONDS
            client.close()
            raise
        return _Session(client, os.getpid())

    def _retire(self, session: _Session) -> None:
        session.stale = True
        if session.users == 0 and session.process_id == os.getpid():
            session.client.close()
