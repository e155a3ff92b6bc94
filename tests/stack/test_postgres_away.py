"""The connections of one process to a real PostgreSQL that goes away and comes back."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from config import services
from config.kernel.outages import database_circuit
from tests.fakes.forwarder import Forwarder
from tests.real_servers import stack_setting

pytestmark = pytest.mark.stack
POOLED = 4


@pytest.fixture
def wire() -> Iterator[Forwarder]:
    address = urlsplit(stack_setting("DATABASE_URL"))
    with Forwarder(address.hostname or "127.0.0.1", address.port or 5432) as found:
        yield found
        found.cut()


@pytest.fixture
def connections(wire: Forwarder, tmp_path: Path) -> Iterator[ConnectionHandler]:
    """The product's connections, with a pool of their own along the wire."""
    url = urlsplit(stack_setting("DATABASE_URL"))
    login = url.netloc.rpartition("@")[0]
    through = urlunsplit(url._replace(netloc=f"{login}@127.0.0.1:{wire.port}"))
    handler = ConnectionHandler({"default": services.database(through, home=tmp_path, connections=POOLED)})
    yield handler
    connection: Any = handler["default"]
    connection.close()
    connection.close_pool()
    database_circuit.reset()


@pytest.fixture(autouse=True)
def _pool_of_its_own(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


def ask(connections: ConnectionHandler) -> int:
    """Ask as a request does: with a connection of the pool, given back afterwards."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 7")
            return int(cursor.fetchone()[0])
    finally:
        connections["default"].close()


def fill_pool(connections: ConnectionHandler) -> None:
    """Leave as many connections in the pool as it may hold."""
    together = threading.Barrier(POOLED, timeout=20)

    def hold() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
            together.wait()
        connections["default"].close()

    threads = [threading.Thread(target=hold) for _ in range(POOLED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_connections_of_before_a_restart_cost_no_request(
    connections: ConnectionHandler, wire: Forwarder
) -> None:
    fill_pool(connections)
    wire.cut()
    wire.mend()
    assert [ask(connections) for _ in range(2 * POOLED)] == [7] * 2 * POOLED


def test_a_connection_given_back_within_a_transaction_serves_the_next(connections: ConnectionHandler) -> None:
    fill_pool(connections)
    for _ in range(POOLED):
        connections["default"].set_autocommit(False)  # as `atomic` does
        ask(connections)
    assert [ask(connections) for _ in range(2 * POOLED)] == [7] * 2 * POOLED


def test_while_it_is_away_callers_fail_and_afterwards_they_do_not(
    connections: ConnectionHandler, wire: Forwarder
) -> None:
    assert ask(connections) == 7
    wire.cut()
    for _ in range(3):
        with pytest.raises(OperationalError):
            ask(connections)
    assert database_circuit.is_open
    wire.mend()
    database_circuit.reset()  # a second has passed
    assert ask(connections) == 7
    assert not database_circuit.is_open
