"""A server that is away: the first caller who notices spares all others of the process the waiting.

`with asking_redis(): …` around every call to Redis turns the client's failures into OutageError. After one,
calls fail at once for REST_SECONDS; then a single caller tries again while the others go on failing at once.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module

from django.conf import settings

logger = logging.getLogger(__name__)
REST_SECONDS = 1.0


class OutageError(Exception):
    """A configured server did not answer; who asked decides what that means."""


class Circuit:
    """Remembers whether a server answered; used from any thread."""

    def __init__(
        self, server: str, *, rest: float = REST_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._server = server
        self._rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._is_open = False
        self._next_try = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last call failed."""
        return self._is_open

    @contextmanager
    def attempt(self, *failures: type[Exception]) -> Iterator[None]:
        """Run the block, turning `failures` into OutageError; raise it at once while the server is away."""
        self._enter()
        try:
            yield
        except failures as error:
            self._failed()
            raise OutageError(self._server) from error
        self._answered()

    def reset(self) -> None:
        """Forget what was noticed; the next call is tried."""
        with self._lock:
            self._is_open = False

    def _enter(self) -> None:
        with self._lock:
            if not self._is_open:
                return
            now = self._clock()
            if now < self._next_try:
                raise OutageError(self._server)
            self._next_try = now + self._rest  # this caller tries; the others wait for what it finds

    def _failed(self) -> None:
        with self._lock:
            news, self._is_open = not self._is_open, True
            self._next_try = self._clock() + self._rest
        if news:
            logger.warning("server is away", extra={"server": self._server})

    def _answered(self) -> None:
        if not self._is_open:
            return
        self.reset()
        logger.info("server is back", extra={"server": self._server})


redis_circuit = Circuit("redis")
database_circuit = Circuit("postgresql")


@contextmanager
def asking_redis() -> Iterator[None]:
    """Run a call to Redis, or to what stands in for it in the embedded configuration; raises OutageError."""
    with redis_circuit.attempt(*_failures_of_redis(bool(settings.REDIS_URL))):
        yield


@cache
def _failures_of_redis(configured: bool) -> tuple[type[Exception], ...]:  # noqa: FBT001  the key of a cache
    if not configured:
        return ()  # loading the client for nothing takes half a second
    return (import_module("redis.exceptions").RedisError, OSError)
