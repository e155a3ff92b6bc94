"""What may be shown of departments: never anything that fewer than three people stand behind.

A department is shown by whole weeks, and only those in which enough of its people were active. The whole
organisation's numbers are shown too, so a single small department could be found out by subtracting all the
others: where what is hidden of a week is itself too small, the next smallest department hides with it. As
weeks are never cut, comparing two periods tells nothing of a part of one.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Count

from accounts.selectors import departments_of
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import NO_DEPARTMENT, ActivePerson
from analytics.periods import Period

MINIMUM_GROUP = 3


def departments_to_choose(actor: Actor) -> list[tuple[UUID, str]]:
    """Return the organisation's departments by name, as they are called now."""
    return [*departments_of(actor=actor).values_list("pk", "name")]


def shown_weeks(*, organization_id: UUID, department_id: UUID, period: Period) -> frozenset[date]:
    """Return the weeks of the period, by their Sundays, of which the department may be shown."""
    whole = period.in_weeks
    with tenant_scope(organization_id):
        rows = ActivePerson.objects.filter(week__range=(whole.since, whole.until))
        counted = rows.values_list("week", "department_id").annotate(n=Count("person_id", distinct=True))
        weeks: dict[date, dict[UUID, int]] = defaultdict(dict)
        for week, department, people in counted:
            weeks[week][department] = people
    return frozenset(week for week, people in weeks.items() if department_id in shown(people))


def shown(people: Mapping[UUID, int]) -> frozenset[UUID]:
    """Return which departments may be shown where so many people of each were active."""
    hidden = people.get(NO_DEPARTMENT, 0)
    left = sorted((count, department) for department, count in people.items() if department != NO_DEPARTMENT)
    while left and (left[0][0] < MINIMUM_GROUP or 0 < hidden < MINIMUM_GROUP):
        hidden += left.pop(0)[0]
    return frozenset(department for _count, department in left)
