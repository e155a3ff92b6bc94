"""A small year of questions: whatever the dashboard says of it, SQL written by hand says too."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.tenancy import tenant_scope
from analytics.models import DailyUsage
from bench.year.by_hand import days_by_hand
from bench.year.compared import differences
from bench.year.generated import Size, Year, count, make_year

UNTIL = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def year(db: None) -> Year:
    made = make_year(Size(people=6, questions=150), until=UNTIL)
    count(made)
    return made


def test_every_number_of_every_period_is_what_sql_counts(year: Year) -> None:
    days = days_by_hand(year.organization.pk)
    assert sum(counts[0] for counts in days.values()) == 150
    for length in (1, 30, 92, 93, 365):
        since = TODAY - timedelta(length - 1)
        assert differences(days, manager=year.manager, since=since, until=TODAY) == []


def test_a_number_that_is_off_by_one_is_noticed(year: Year) -> None:
    days = days_by_hand(year.organization.pk)
    day = max(days)
    with tenant_scope(year.organization.pk):
        usage = DailyUsage.objects.get(day=day)
        usage.helpful += 1
        usage.save()
    found = differences(days, manager=year.manager, since=day, until=day)
    assert [each.split(":")[0] for each in found] == [
        "the period",
        f"{day} to {day}",
        f"{day} to {day} in the file",
    ]
