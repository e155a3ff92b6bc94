"""The process's connection to Neo4j: one driver on one event loop of its own, opened at first use.

Handlers of the outbox and views call from threads, each without an event loop or with one that ends with the
call; but an asynchronous driver belongs to the loop that it was opened on, and its pooled connections die
with it. So `asyncio.run` and `async_to_sync` for each call would open and close a driver each time, or meet
the connections of a loop that is gone. Here a daemon thread keeps one loop for the life of the process, and
callers hand it their work and wait. Nothing is started before the first call, and a forked process starts
anew: threads and sockets do not survive a fork.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any, TypeVar

from neo4j import (
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncSession,
    NotificationMinimumSeverity,
    unit_of_work,
)
from neo4j.exceptions import DriverError, Neo4jError

from analytics.graph import neo4j_schema
from analytics.graph.port import GraphUnavailableError

T = TypeVar("T")
Work = Callable[[AsyncManagedTransaction], Awaitable[T]]
Ask = Callable[[AsyncSession], Coroutine[Any, Any, T]]

CONNECT_SECONDS = 2
READ_SECONDS = 5
TOTAL_SECONDS = 15
RETRY_SECONDS = 5  # for deadlocks and connections that broke; a server that is away is found out before
IDLE_SECONDS = 1  # after that a connection is tried before it is used: balancers cut what is idle
LIFETIME_SECONDS = 300
REST_SECONDS = 1  # after a look for a server that was away
GRACE_SECONDS = 2  # for a call that was cancelled

_FAILURES = (Neo4jError, DriverError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, and as whom and to which database one talks to it."""

    uri: str
    user: str
    password: str
    database: str

    def open(self) -> AsyncDriver:
        """Return a driver for the loop that this is called on; nothing is sent before its first use."""
        return AsyncGraphDatabase.driver(
            self.uri,
            auth=(self.user, self.password),
            connection_timeout=CONNECT_SECONDS,
            connection_write_timeout=READ_SECONDS,
            connection_acquisition_timeout=CONNECT_SECONDS * 2,
            max_transaction_retry_time=RETRY_SECONDS,
            max_connection_lifetime=LIFETIME_SECONDS,
            liveness_check_timeout=IDLE_SECONDS,
            max_connection_pool_size=20,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
        )


class Connection:
    """Safe to share between threads; never to be called on an event loop, which it would hold up."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._lock = Lock()
        self._home: _Home | None = None

    def read(self, work: Work[T], *, seconds: float = READ_SECONDS) -> T:
        """Return what `work` makes of a transaction that reads; it may be called more than once.

        Raises GraphUnavailableError for whatever goes wrong.
        """
        bounded = unit_of_work(timeout=seconds)(work)
        return self._run(lambda session: session.execute_read(bounded), seconds)

    def write(self, work: Work[T]) -> T:
        """Return what `work` makes of a transaction that writes; as `read` otherwise.

        Nobody waits for a write, and a server that has just started takes long to plan the first one: one
        that is ended before is planned anew the next time, and never gets done.
        """
        bounded = unit_of_work(timeout=TOTAL_SECONDS)(work)
        return self._run(lambda session: session.execute_write(bounded), TOTAL_SECONDS + READ_SECONDS)

    def close(self) -> None:
        """Close driver and loop; the next call makes new ones."""
        with self._lock:
            home, self._home = self._home, None
        if home is not None and home.process_id == os.getpid():
            home.end()

    def _run(self, ask: Ask[T], seconds: float) -> T:
        try:
            return self._current().run(ask, seconds)
        except _FAILURES as error:
            raise GraphUnavailableError from error

    def _current(self) -> "_Home":
        with self._lock:
            if self._home is None or self._home.process_id != os.getpid():
                self._home = _Home(self._address)
            return self._home


class _Home:
    """An event loop in a thread of its own, and the driver that lives on it.

    The driver mends itself: it drops connections that broke and opens others. But a transaction that finds no
    server tries for seconds; so after a failure the server is looked for first, which fails at once.
    """

    def __init__(self, address: Address) -> None:
        self.process_id = os.getpid()
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._looking = asyncio.Lock()
        self._driver: AsyncDriver | None = None
        self._found = False
        self._rests_until = 0.0
        self._thread = Thread(target=self._loop.run_forever, name="neo4j", daemon=True)
        self._thread.start()

    def run(self, ask: Ask[T], seconds: float) -> T:
        """Return the answer; raise what the driver raises, TimeoutError after `seconds`."""
        asked = asyncio.run_coroutine_threadsafe(self._ask(ask, seconds), self._loop)
        return asked.result(seconds + GRACE_SECONDS)

    def end(self) -> None:
        """Close the driver and end the thread."""
        with suppress(*_FAILURES):
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(CONNECT_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CONNECT_SECONDS)
        if not self._loop.is_running():
            self._loop.close()

    async def _ask(self, ask: Ask[T], seconds: float) -> T:
        try:
            async with asyncio.timeout(seconds):
                driver = await self._ready()
                async with driver.session(database=self._address.database) as session:
                    return await ask(session)
        except _FAILURES as error:
            if not isinstance(error, Neo4jError):  # which the server itself has said
                self._found = False
            raise

    async def _ready(self) -> AsyncDriver:
        """Return the driver once it has reached the server, and found or made the schema there.

        A server that came back may be a new one: the schema is looked at again.
        """
        async with self._looking:
            if self._driver is None:
                self._driver = self._address.open()
            if not self._found:
                await self._look(self._driver)
            return self._driver

    async def _look(self, driver: AsyncDriver) -> None:
        if self._loop.time() < self._rests_until:
            raise GraphUnavailableError  # of many who wait, one looks
        self._rests_until = self._loop.time() + REST_SECONDS
        await driver.verify_connectivity()
        await neo4j_schema.ensure(driver, self._address.database)
        self._found, self._rests_until = True, 0.0

    async def _close(self) -> None:
        if self._driver is not None:
            await self._driver.close()
