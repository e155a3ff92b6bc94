"""Who works on a row: claimed by a lease, completed or given back under the claim's fence.

A process that dies, or sleeps longer than its lease, loses the row to the next claim. The fence counts the
claims, so the late process can no longer change what became of the row.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Min, Q, QuerySet

from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.rows import database_now

MAX_ATTEMPTS = 12
OUTAGE_ATTEMPTS = 4  # what waits for a sink that is away is tried every few seconds, for as long as it takes
LEASE_SECONDS = 8  # the rows of a process that died are taken over within ten seconds
FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 600.0
WOKEN_AT_ONCE = 500


def due_routes() -> list[str]:
    """Return the routes on which a row may be claimed, the longest waiting first."""
    due = _due(database_now()).values("route").annotate(oldest=Min("available_at")).order_by("oldest")
    return [row["route"] for row in due]


def claim(route: str) -> OutboxRow | None:
    """Lease the row that has waited longest; None when nothing is due. The `fence` proves the claim."""
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            now = database_now()
            row = _next(route, now).select_for_update(skip_locked=True).first()
            return row if row is not None and _lease(row, now) else None
    now = database_now()
    while (row := _next(route, now).first()) is not None:
        if _lease(row, now):
            return row
    return None


def _due(now: datetime) -> QuerySet[OutboxRow]:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return OutboxRow.objects.filter(free, completed_at=None, dead_at=None, available_at__lte=now)


def _next(route: str, now: datetime) -> QuerySet[OutboxRow]:
    return _due(now).filter(route=route).order_by("available_at", "created_at")


def _lease(row: OutboxRow, now: datetime) -> bool:
    """Take the row, unless another process was faster: then its fence has moved on."""
    taken = _due(now).filter(pk=row.pk, fence=row.fence)
    until = now + timedelta(seconds=LEASE_SECONDS)
    if not taken.update(leased_until=until, fence=F("fence") + 1, attempts=F("attempts") + 1):
        return False
    row.fence += 1
    row.attempts += 1
    return True


def renew(row: OutboxRow) -> bool:
    """Begin the row's lease anew; False when it was lost to another claim meanwhile."""
    until = database_now() + timedelta(seconds=LEASE_SECONDS)
    return _under_fence(row).update(leased_until=until) == 1


def complete(row: OutboxRow) -> bool:
    """Mark the row as done; False when the lease was lost to another claim meanwhile."""
    return _under_fence(row).update(completed_at=database_now(), leased_until=None) == 1


def fail(row: OutboxRow, error: str, *, outage: bool = False) -> bool:
    """Give the row back for a later attempt, or bury it after the last one; return whether it is dead now.

    An `outage` is no fault of the row: it buries none, however long it lasts.
    """
    now = database_now()
    attempts = min(row.attempts, OUTAGE_ATTEMPTS) if outage else row.attempts
    dead = attempts >= MAX_ATTEMPTS
    changed = _under_fence(row).update(
        leased_until=None,
        last_error=error[:200],
        attempts=attempts,
        available_at=now + timedelta(seconds=delay_seconds(attempts)),
        awaits_sink=outage,
        dead_at=now if dead else None,
    )
    return dead and changed == 1


def wake(route: str) -> int:
    """Let rows that were put off while the route's sink was away be tried at once; return how many.

    At most WOKEN_AT_ONCE, the oldest; whoever delivers one of them wakes the next. Rows that another process
    holds are left to it.
    """
    now = database_now()
    waiting = OutboxRow.objects.filter(
        route=route, awaits_sink=True, available_at__gt=now, completed_at=None, dead_at=None
    ).order_by("created_at")
    if not connection.features.has_select_for_update_skip_locked:
        return waiting.filter(pk__in=waiting.values("pk")[:WOKEN_AT_ONCE]).update(available_at=now)
    with transaction.atomic():
        free = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:WOKEN_AT_ONCE])
        return OutboxRow.objects.filter(pk__in=free).update(available_at=now) if free else 0


def delay_seconds(attempts: int, *, draw: Callable[[float, float], float] = random.uniform) -> float:
    """Return how long to wait after that many attempts: exponential, capped, with full jitter.

    `draw(low, high)` picks the moment between none and the whole of the delay.
    """
    return draw(0.0, min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** max(attempts - 1, 0)))


def _under_fence(row: OutboxRow) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(pk=row.pk, fence=row.fence, completed_at=None, dead_at=None)
