"""Django's PostgreSQL backend for a server that may go away: connections of before are noticed and replaced
when they are taken from the pool, and while the server does not answer, one caller in a second waits for it
and all others fail at once.
"""

import logging
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from typing_extensions import override

from config.kernel.outages import OutageError, database_circuit

# The pool tells of every attempt to connect; the circuit once that the server is away, once that it is back.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


class DatabaseWrapper(base.DatabaseWrapper):
    @async_unsafe
    @override
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            with database_circuit.attempt(psycopg.OperationalError):
                return self._working_connection(conn_params)
        except OutageError as error:
            raise psycopg.OperationalError("the database does not answer") from error

    def _working_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that answers; after a restart of the server all those in the pool do not."""
        while True:
            connection = super().get_new_connection(conn_params)
            if not self.pool or _answers(connection):
                return connection
            self.pool.putconn(connection)  # which replaces it by a new one, in a thread of its own


def _answers(connection: "psycopg.Connection[Any]") -> bool:
    try:
        # Whoever was closed within a transaction gave it back as it was: asking would begin another one, in
        # which Django cannot set it up. The pool has rolled back, so this asks the server for nothing.
        if not connection.autocommit:
            connection.autocommit = True
        connection.execute("")
    except psycopg.OperationalError:
        return False
    return True
