"""How an answer's log is kept in Redis: one stream for each answer, entry number n under the id `n-0`.

Redis refuses an id that is not greater than the last one, so writing an entry twice is writing it once.
"""

import os
from collections.abc import Mapping
from uuid import UUID

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chatbot.streams.port import Entry

MOST_CONNECTIONS = 16
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
OPENED = b"0-1"  # the entry that makes a log exist before its first frame; the smallest id there can be
BEGINNING = b"0-0"
_TEXT, _LAST = b"f", b"l"


def connect(url: str) -> Redis:
    """Return a client with few connections that fails instead of trying again: who asks knows what to do."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=CONNECT_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        client_name=client_name(),
        protocol=2,  # the form of replies that is read here, whatever the URL says
    )
    return Redis.from_pool(pool)


def client_name() -> str:
    """Return what this process's connections are called in Redis' own list of clients."""
    return f"sicha-answers-{os.getpid()}"


def key_of(answer_id: UUID) -> str:
    return f"sicha:answer:{answer_id}"


def id_of(seq: int) -> str:
    return f"{seq}-0"


def fields_of(entry: Entry) -> dict[str | bytes, bytes]:
    fields: dict[str | bytes, bytes] = {_TEXT: entry.text.encode()}
    return {**fields, _LAST: b"1"} if entry.last else fields


def entry_of(entry_id: bytes, fields: Mapping[bytes, bytes]) -> Entry | None:
    """Return the entry; None for the one that only opens the log."""
    if entry_id == OPENED:
        return None
    return Entry(int(entry_id.partition(b"-")[0]), fields[_TEXT].decode(), _LAST in fields)
