"""Whether leases that ran out tell of writers that died.

While the database is away nobody can renew a lease, so when it comes back all are over, and the reaper would
close answers whose writers live. That it was away shows in the reapers' own looks: they come every two
seconds, from any process. After a gap they wait until every writer has had the time to come back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from conversations.models import LeaseWatch

# In parts of a lease: how long a look may be overdue, and how long a writer may need to come back.
_GAP, _COMING_BACK = 0.5, 0.75
# Leases that have been over for so many of their lengths are reaped in any case.
_LONG_OVER = 4
_ROW = 1


@dataclass(frozen=True, slots=True)
class Look:
    """A look at `at`, by the database's clock; since `steady_since` there was no gap between the looks."""

    at: datetime
    steady_since: datetime

    @property
    def expired_before(self) -> datetime:
        """Return the moment from which on a lease that ended before it tells of a dead writer."""
        is_steady = self.at - self.steady_since >= _lease(_COMING_BACK)
        return self.at if is_steady else self.at - _lease(_LONG_OVER)


def look() -> Look:
    """Remember that the leases are looked at now; the first look there ever was is taken for one of many."""
    with transaction.atomic():
        before = LeaseWatch.objects.select_for_update().annotate(clock=Now()).filter(pk=_ROW).first()
        if before is None:
            return _first_look()
        was_away = before.clock - before.looked_at > _lease(_GAP)
        found = Look(before.clock, before.clock if was_away else before.steady_since)
        LeaseWatch.objects.filter(pk=_ROW).update(looked_at=found.at, steady_since=found.steady_since)
    return found


def _first_look() -> Look:
    LeaseWatch.objects.bulk_create(
        [LeaseWatch(pk=_ROW, looked_at=Now(), steady_since=Now() - _lease(_COMING_BACK))],
        ignore_conflicts=True,
    )
    row = LeaseWatch.objects.get(pk=_ROW)
    return Look(row.looked_at, row.steady_since)


def _lease(share: float) -> timedelta:
    return timedelta(seconds=settings.ANSWER_LEASE_SECONDS * share)
