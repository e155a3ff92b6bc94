"""What managers read of the numbers."""

from collections.abc import Sequence
from datetime import date

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import DailyUsage


def usage_by_day(*, actor: Actor, since: date, until: date) -> Sequence[DailyUsage]:
    """Return the organisation's days from `since` to `until`, both included, in order; days without a
    question are left out.

    Raises PermissionDeniedError for anybody but a manager.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id):
        return list(DailyUsage.objects.filter(day__range=(since, until)).order_by("day"))
