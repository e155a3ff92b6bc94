"""Kombu's Redis transport, whose closed channels raise what its callers are prepared for.

A worker that loses its broker closes the channel, and afterwards acknowledges or puts back what it had in
hand. Kombu's channel then fails with AttributeError, of which the worker ends; as a lost connection it is
logged, and the worker looks for the broker again. Nothing depends on those messages: the database has the
work, under a lease.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as RedisConnectionError


class Channel(redis.Channel):
    """Says that the connection is gone when there is none to open a client on."""

    def _connparams(self, **options: Any) -> Any:
        if getattr(self.connection, "client", None) is None:
            raise RedisConnectionError("the channel was closed")
        return super()._connparams(**options)  # type: ignore[misc]  # not in the stubs


class Transport(redis.Transport):
    Channel = Channel


def install() -> None:
    """Let URLs of Redis lead here."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
