"""Writing, claiming and completing rows: the only queries on the outbox.

Times are the database's own, so that processes with different clocks agree on a lease.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet

from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.types import OutboxMessage
from config.kernel.types import JSONObject

MAX_ATTEMPTS = 12
LEASE_SECONDS = 60
FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 600.0
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


def _waiting(now: datetime) -> QuerySet[OutboxRow]:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return OutboxRow.objects.filter(free, completed_at=None, dead_at=None, available_at__lte=now)


def claim() -> OutboxRow | None:
    """Lease the row that has waited longest; None when there is none. Its `fence` proves the claim."""
    with transaction.atomic():
        now = database_now()
        rows = _waiting(now).order_by("available_at", "created_at")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.first()
        if row is None:
            return None
        leased = _waiting(now).filter(pk=row.pk, fence=row.fence)
        until = now + timedelta(seconds=LEASE_SECONDS)
        if not leased.update(leased_until=until, fence=F("fence") + 1, attempts=F("attempts") + 1):
            return None
    row.fence += 1
    row.attempts += 1
    return row


def message_of(row: OutboxRow) -> OutboxMessage:
    """Return the row as its handler sees it."""
    return OutboxMessage(row.id, row.event, row.organization_id, row.payload, row.created_at)


def complete(row: OutboxRow) -> bool:
    """Mark the row as done; False when the lease was lost to another claim meanwhile."""
    return _under_fence(row).update(completed_at=database_now(), leased_until=None) == 1


def fail(row: OutboxRow, error: str) -> bool:
    """Give the row back for a later attempt, or bury it after the last one; return whether it is dead."""
    now = database_now()
    dead = row.attempts >= MAX_ATTEMPTS
    _under_fence(row).update(
        leased_until=None,
        last_error=error[:200],
        available_at=now + timedelta(seconds=delay_seconds(row.attempts)),
        dead_at=now if dead else None,
    )
    return dead


def delay_seconds(attempts: int, *, draw: Any = random.uniform) -> float:
    """Return how long to wait after a failed attempt: exponential, capped, with full jitter (draw(0,
    ceiling))."""
    return float(draw(0, min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** max(attempts - 1, 0))))


def _under_fence(row: OutboxRow) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(pk=row.pk, fence=row.fence, completed_at=None, dead_at=None)


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


def forget_completed() -> int:
    """Delete rows that were completed some days ago; return how many."""
    limit = database_now() - timedelta(days=KEPT_DAYS)
    return OutboxRow.objects.filter(completed_at__lt=limit).delete()[0]
