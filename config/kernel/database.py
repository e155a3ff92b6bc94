"""Where synchronous work runs when the caller is on the event loop.

`in_database` is for short ORM functions: one bounded pool, sized with the database's connections, so that
one slow
query never holds up the others. `in_worker` is for processor work without the ORM or with little of it
(embedding,
extraction). `in_keeping` has one thread for the little that must not wait behind either: leases run out. None
is Django's thread-sensitive executor, which is one thread for the whole process.
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections, connection, connections

P = ParamSpec("P")
T = TypeVar("T")


@cache
def _database_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


@cache
def _worker_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.WORKER_THREADS, thread_name_prefix="worker")


@cache
def _keeping_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="keeping")


def _guarded(call: Callable[[], T]) -> T:
    """Run `call` with stale connections dropped before and after, as Django does around a request."""
    _drop_stale_connections()
    try:
        return call()
    finally:
        _drop_stale_connections()


def _drop_stale_connections() -> None:
    if not any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
        close_old_connections()


def _on(
    pool: Callable[[], ThreadPoolExecutor], function: Callable[P, T]
) -> Callable[P, Coroutine[Any, Any, T]]:
    @wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        context = contextvars.copy_context()
        bound = partial(_guarded, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(pool(), partial(context.run, bound))

    return call


def in_database(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return an awaitable form of a short, synchronous ORM function."""
    return _on(_database_pool, function)


def in_worker(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return an awaitable form of a synchronous function that keeps a processor busy."""
    return _on(_worker_pool, function)


def in_keeping(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return an awaitable form of an ORM function that has to be done in time, however many others wait."""
    return _on(_keeping_pool, function)


def refresh_statistics() -> None:
    """Have SQLite look at a sample of each table, for milliseconds; PostgreSQL does so by itself.

    Without, it takes every index for as good as any other: fifty questions by their ids, out of 100,000 of
    one organization, were looked for among all of that organization, for seconds. A connection learns of it
    when it opens.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 10000")  # rows of each index
            cursor.execute("ANALYZE")
