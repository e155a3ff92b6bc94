"""What managers read of the numbers. Of a department, only what may be shown of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.departments import shown_weeks
from analytics.models import ActivePerson, Counts, DailySubject, DailyUsage, DepartmentUsage
from analytics.periods import Period, week_of


def usage_by_day(*, actor: Actor, since: date, until: date) -> Sequence[DailyUsage]:
    """Return the organisation's days from `since` to `until`, both included, in order; days without a
    question are left out.

    Raises PermissionDeniedError for anybody but a manager.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id):
        return list(DailyUsage.objects.filter(day__range=(since, until)).order_by("day"))


@dataclass(frozen=True)
class Readings:
    """The numbers of an organisation in a period, or of one of its departments in whole weeks."""

    organization_id: UUID
    period: Period
    department_id: UUID | None = None

    @cached_property
    def shown_weeks(self) -> frozenset[date] | None:
        """The weeks that may be shown; None where all may."""
        if self.department_id is None:
            return None
        return shown_weeks(
            organization_id=self.organization_id, department_id=self.department_id, period=self.period
        )

    @cached_property
    def usage(self) -> Sequence[Counts]:
        """What was counted, in days."""
        with tenant_scope(self.organization_id):
            table = DailyUsage if self.department_id is None else DepartmentUsage
            return list(table.objects.filter(self._within).order_by("day"))

    @cached_property
    def people(self) -> int:
        """How many people asked something."""
        with tenant_scope(self.organization_id):
            return self._active.values("person_id").distinct().count()

    def people_by(self, unit: str) -> dict[date, int]:
        """Return how many people asked something, by "day" or by "week"."""
        with tenant_scope(self.organization_id):
            counted = self._active.values_list(unit).annotate(n=Count("person_id", distinct=True))
            return dict(counted.order_by(unit))

    def subjects(self, kind: DailySubject.Kind) -> dict[str, int]:
        """Return how many complete answers there were about each document or topic, most first."""
        with tenant_scope(self.organization_id):
            rows = self._subjects(kind).values_list("key").annotate(n=Sum("answers"))
            return dict(rows.order_by("-n", "key"))

    def subjects_by(self, unit: str, kind: DailySubject.Kind) -> Mapping[date, Mapping[str, int]]:
        """Return the same by "day" or by "week"."""
        found: dict[date, dict[str, int]] = {}
        with tenant_scope(self.organization_id):
            rows = self._subjects(kind).values_list(unit, "key").annotate(n=Sum("answers"))
            for moment, key, answers in rows.order_by(unit):
                found.setdefault(moment, {})[key] = answers
        return found

    @property
    def _active(self) -> QuerySet[ActivePerson]:
        rows: QuerySet[ActivePerson] = ActivePerson.objects.filter(self._within)
        return rows

    def _subjects(self, kind: DailySubject.Kind) -> QuerySet[DailySubject]:
        rows: QuerySet[DailySubject] = DailySubject.objects.filter(self._within, kind=kind)
        return rows

    @property
    def _within(self) -> Q:
        if self.shown_weeks is None:
            return Q(day__range=(self.period.since, self.period.until))
        return Q(department_id=self.department_id, week__in=self.shown_weeks)


def is_hidden(readings: Readings, span: Period) -> bool:
    """Tell whether nothing may be shown of this part of the period."""
    return readings.shown_weeks is not None and week_of(span.since) not in readings.shown_weeks


def readings_of(*, actor: Actor, period: Period, department_id: UUID | None = None) -> Readings:
    """Return what the actor may read of a period; of a department by whole weeks.

    Raises PermissionDeniedError for anybody but a manager.
    """
    require_manager(actor)
    whole = period if department_id is None else period.in_weeks
    return Readings(actor.organization_id, whole, department_id)
