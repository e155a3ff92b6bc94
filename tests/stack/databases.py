"""Databases of a test's own on the real PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
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
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
