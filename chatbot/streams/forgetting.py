"""Forgetting the logs of answers that are no more, wherever they are kept; from threads.

A log forgets itself some minutes after its answer; whose conversation is erased does not wait for that.
"""

from collections.abc import Collection
from contextlib import closing, suppress
from uuid import UUID

from django.conf import settings

from config.kernel.outages import OutageError, asking_redis
from config.kernel.signals import publish_after_commit

FORGET_SIGNAL = "answer.forget"
ANSWER_SECONDS = 2.0


def forget_logs(answer_ids: Collection[UUID]) -> None:
    """Have every process forget the logs, and take them out of Redis; one that is away forgets by itself."""
    for answer_id in answer_ids:
        publish_after_commit(FORGET_SIGNAL, answer_id=str(answer_id))
    if answer_ids and settings.REDIS_URL:
        _forget_in_redis(answer_ids)


def _forget_in_redis(answer_ids: Collection[UUID]) -> None:
    from redis import Redis  # noqa: PLC0415  a client to load only where it is used

    from chatbot.streams.redis_wire import key_of  # noqa: PLC0415

    client = Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS
    )
    with suppress(OutageError), asking_redis(), closing(client):
        client.delete(*map(key_of, answer_ids))
