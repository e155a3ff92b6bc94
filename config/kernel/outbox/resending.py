"""Telling one route again: for what was lost behind it, and for what came back from elsewhere."""

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.db import connection

from config.kernel.outbox import bell
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.rows import database_now
from config.kernel.types import JSONObject

WRITTEN_AT_ONCE = 500


def resend(
    event: str, *, route: str, organization_id: UUID, payloads: Iterable[JSONObject], replaces: str = ""
) -> int:
    """Write rows of an event for one of its routes; return how many.

    `replaces` names a field of the payloads: rows of the route that died over the same value are deleted, so
    that nobody is told of them any more. Raises RuntimeError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("what is told again is written in one transaction with what it follows from")
    now = database_now()
    own = {"event": event, "route": route, "organization_id": organization_id}
    rows = [OutboxRow(payload=each, created_at=now, available_at=now, **own) for each in payloads]
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        chunk = rows[start : start + WRITTEN_AT_ONCE]
        if replaces:
            values = [row.payload[replaces] for row in chunk]
            dead = OutboxRow.objects.exclude(dead_at=None).filter(**own)
            dead.filter(**{f"payload__{replaces}__in": values}).delete()
        OutboxRow.objects.bulk_create(chunk)
    bell.ring_after_commit()
    return len(rows)


def waiting(*, routes: Collection[str], organization_id: UUID) -> Iterator[JSONObject]:
    """Yield the payloads of the rows that will still be carried out on these routes; dead ones will not."""
    rows = OutboxRow.objects.filter(
        route__in=routes, organization_id=organization_id, completed_at=None, dead_at=None
    )
    yield from rows.values_list("payload", flat=True).iterator()
