"""Writing and counting rows, and looking after the old ones.

Times are the database's own, so that processes with different clocks agree on a lease.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, TextField
from django.db.models.functions import Cast

from config.kernel.outbox import bell
from config.kernel.outbox.models import OutboxRow
from config.kernel.types import JSONObject

KEPT_DAYS = 7


def database_now() -> datetime:
    """Return the database's present time, aware, to the microsecond where it has them."""
    statement = (
        "SELECT clock_timestamp()"
        if connection.vendor == "postgresql"
        else "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        (value,) = cursor.fetchone()
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def write(event: str, *, organization_id: UUID, payload: JSONObject) -> None:
    """Insert one row for each route of the event; raise RuntimeError outside of a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is emitted in the transaction of the change that it tells of")
    now = database_now()
    OutboxRow.objects.bulk_create(
        OutboxRow(
            event=event,
            route=route,
            organization_id=organization_id,
            payload=payload,
            created_at=now,
            available_at=now,
        )
        for route in settings.OUTBOX_ROUTES.get(event, ())
    )
    bell.ring_after_commit()


def replay_dead() -> int:
    """Let dead rows be tried anew; return how many."""
    return OutboxRow.objects.exclude(dead_at=None).update(
        dead_at=None, attempts=0, available_at=database_now()
    )


def pending_by_route() -> dict[str, tuple[int, float]]:
    """Return {route: (rows that wait, age of the oldest in seconds)}."""
    now = database_now()
    waiting = OutboxRow.objects.filter(completed_at=None, dead_at=None)
    found: Any = waiting.values("route").annotate(n=Count("pk"), oldest=Min("created_at"))
    return {row["route"]: (row["n"], max((now - row["oldest"]).total_seconds(), 0.0)) for row in found}


def dead_by_route() -> dict[str, int]:
    """Return {route: rows that were given up}."""
    found: Any = OutboxRow.objects.exclude(dead_at=None).values("route").annotate(n=Count("pk"))
    return {row["route"]: row["n"] for row in found}


def waiting_for(organization_id: UUID, name: str, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that an event names as `name` which is not carried out yet, or never was."""
    named = {f"payload__{name}__in": [str(each) for each in ids]}
    waiting = OutboxRow.objects.filter(organization_id=organization_id, completed_at=None, **named)
    return {UUID(found) for found in waiting.values_list(f"payload__{name}", flat=True)}


def forget_mentions(organization_id: UUID, words: str) -> int:
    """Delete rows of the organisation that were carried out and whose payload has these words; return how
    many.
    """
    done = OutboxRow.objects.filter(organization_id=organization_id).exclude(completed_at=None)
    said = done.annotate(said=Cast("payload", TextField()))
    return said.filter(said__contains=words).delete()[0]


def forget_completed() -> int:
    """Delete rows that were completed some days ago; return how many."""
    limit = database_now() - timedelta(days=KEPT_DAYS)
    return OutboxRow.objects.filter(completed_at__lt=limit).delete()[0]
