"""The outbox: what follows from a change is written down with the change, and done afterwards, at least once.

`emit` writes one row for each (event, route) of `settings.OUTBOX_ROUTES` in the caller's transaction. The
relay (`relay.relay`) hands the rows to their handlers, dotted names of functions that take an `OutboxMessage`
and may be called twice with the same one.
"""

from config.kernel.outbox.types import OutboxMessage

__all__ = ["OutboxMessage", "emit", "forget_mentions", "oldest_seconds", "pending", "waiting_for"]

from collections.abc import Collection
from uuid import UUID

from config.kernel.types import JSONObject


def emit(event: str, *, organization_id: UUID, payload: JSONObject) -> None:
    """Write the event for each of its routes; they are carried out only if the caller's transaction commits.

    The payload holds ids and counts, never text. Raises RuntimeError outside of a transaction.
    """
    from config.kernel.outbox.rows import write  # tables can be imported only once the apps are loaded

    write(event, organization_id=organization_id, payload=payload)


def pending() -> dict[str, int]:
    """Return how many rows wait, by route."""
    from config.kernel.outbox.rows import pending_by_route

    return {route: count for route, (count, _age) in pending_by_route().items()}


def oldest_seconds() -> float:
    """Return the age in seconds of the oldest row that waits, 0 when none does."""
    from config.kernel.outbox.rows import pending_by_route

    return max((age for _count, age in pending_by_route().values()), default=0.0)


def waiting_for(organization_id: UUID, name: str, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that an event names as `name` which is not carried out yet, or never was."""
    from config.kernel.outbox import rows

    return rows.waiting_for(organization_id, name, ids)


def forget_mentions(organization_id: UUID, words: str) -> int:
    """Delete rows of the organisation that were carried out and whose payload has these words."""
    from config.kernel.outbox import rows

    return rows.forget_mentions(organization_id, words)
