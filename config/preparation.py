"""What must be in place before the first request: tables, buckets, static files, the demo; quick when
unchanged.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.kernel.objects import ObjectStoreError, object_store

Say = Callable[[str], object]
MIGRATION_LOCK = 0x51C4A  # known to all replicas, and to nobody else in this database
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
BUCKETS = {"default": "uploaded files", "archive": "the archive"}


def prepare(say: Say) -> None:
    """Bring everything up to date, with a line for each step that has something to do."""
    with _only_warnings():
        migrate(say)
        create_buckets(say)
        collect_static(say)
        if settings.DEMO:
            call_command("seed_demo")


@contextmanager
def _only_warnings() -> Iterator[None]:
    """Keep the log out of the progress that a person watches."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def migrate(say: Say) -> None:
    """Apply what is missing. Replicas that start together wait for the first one, and find nothing to do."""
    with _one_replica_at_a_time():
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            say(f"Database: applying {len(pending)} migrations …")
            call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _one_replica_at_a_time() -> Iterator[None]:
    if connection.vendor != "postgresql":  # SQLite serves one process
        yield
        return
    # The lock of a transaction, beside the migrations: behind a pooler, nothing else stays on one connection.
    holder = connection.copy()
    holder.set_autocommit(False)
    try:
        with holder.cursor() as cursor:
            for limit in LIMITS:  # the wait for another replica's migrations may take its time, too
                cursor.execute(f"SET LOCAL {limit} = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        with _patient():
            yield
    finally:
        holder.rollback()
        holder.set_autocommit(True)  # it goes back to the pool
        holder.close()


@contextmanager
def _patient() -> Iterator[None]:
    """Give migrations all the time they take; behind a pooler there is no limit of ours to lift."""
    limits = () if settings.DATABASE_POOLER else LIMITS
    with connection.cursor() as cursor:
        for limit in limits:
            cursor.execute(f"SET {limit} = 0")
        try:
            yield
        finally:
            for limit in limits:
                cursor.execute(f"RESET {limit}")


def create_buckets(say: Say) -> None:
    """Create the buckets that are missing. A server that is away keeps nobody from starting: the outbox
    waits for it, and the first write creates what is missing.
    """
    if not settings.S3_ENDPOINT_URL:
        return
    for alias, content in BUCKETS.items():
        try:
            if object_store(alias).prepare():
                say(f"Object storage: created the bucket of {content}")
        except ObjectStoreError as error:
            say(f"Object storage: does not answer ({error.details['reason']}); going on without it")
            return


def collect_static(say: Say) -> None:
    """Copy static files under hashed names, unless the sources are those of the last time."""
    stamp = settings.STATIC_ROOT / ".sources"
    sources = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == sources:
        return
    say("Static files: collecting …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(sources, encoding="ascii")


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{settings.VERSION}{settings.STORAGES['staticfiles']}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            modified = storage.get_modified_time(path).timestamp()
            digest.update(f"{path}\0{storage.size(path)}\0{modified}\n".encode())
    return digest.hexdigest()
