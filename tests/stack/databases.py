"""Databases of a test's own on the real PostgreSQL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.real_servers import stack_setting


@contextmanager
def own_database(url: str = "") -> Iterator[str]:
    """Make an empty database; give the URL that leads to it along the way of `url`. It is gone afterwards."""
    name = f"sicha_test_{uuid4().hex}"
    with psycopg.connect(stack_setting("DATABASE_URL"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(url or stack_setting("DATABASE_URL"))._replace(path=f"/{name}"))
        finally:
            drop(server, name)


def drop(server: psycopg.Connection[Any], name: str) -> None:
    """Remove a database and whoever is connected to it.

    Its own vacuuming, which we may not end, is waited for: it lasts for moments in so small a database.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _attempt in range(60):
        try:
            server.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(0.5)
        else:
            return
    server.execute(statement)
