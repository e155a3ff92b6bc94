"""A small year of questions: whatever the dashboard says of it, SQL written by hand says too."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.access import actor_of
from accounts.tenancy import tenant_scope
from analytics.departments import departments_to_choose
from analytics.models import ActivePerson, DailySubject, DailyUsage, Topic
from bench.year.by_hand import count_by_hand
from bench.year.compared import differences
from bench.year.generated import Size, Year, count, make_year
from bench.year.topics import by_subject, write_topics

UNTIL = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def year(db: None) -> Year:
    made = make_year(Size(people=30, questions=180, days=100), until=UNTIL)
    count(made)
    write_topics(made.organization.pk, by_subject)
    return made


def test_every_number_of_every_period_is_what_sql_counts(year: Year) -> None:
    hand = count_by_hand(year.organization.pk)
    assert hand.total(TODAY - timedelta(101), TODAY, hand.part(None))[0] == 180
    for length in (1, 30, 92, 93):
        since = TODAY - timedelta(length - 1)
        assert differences(hand, manager=year.manager, since=since, until=TODAY) == []


def test_every_number_of_every_department_is_what_sql_counts(year: Year) -> None:
    hand = count_by_hand(year.organization.pk)
    departments = [pk for pk, _name in departments_to_choose(actor_of(year.manager))]
    since = TODAY - timedelta(99)
    hidden = []
    for department in departments:
        hidden.append(len(hand.part(department).hidden))
        found = differences(hand, manager=year.manager, since=since, until=TODAY, department_id=department)
        assert found == []
    assert min(hidden) < max(hidden)


def test_a_number_that_is_off_by_one_is_noticed(year: Year) -> None:
    hand = count_by_hand(year.organization.pk)
    day = max(hand.counts)
    with tenant_scope(year.organization.pk):
        usage = DailyUsage.objects.get(day=day)
        usage.helpful += 1
        usage.save()
    found = differences(hand, manager=year.manager, since=day, until=day)
    assert [each.split(":")[0] for each in found] == [
        "the period",
        f"{day} to {day}",
        f"{day} to {day} in the file",
    ]


def test_a_person_and_a_topic_too_few_are_noticed(year: Year) -> None:
    hand = count_by_hand(year.organization.pk)
    with tenant_scope(year.organization.pk):
        ActivePerson.objects.filter(person_id=ActivePerson.objects.values("person_id")[:1]).delete()
        DailySubject.objects.filter(
            kind="topic", key=str(Topic.objects.values_list("pk", flat=True)[0])
        ).delete()
    found = differences(hand, manager=year.manager, since=TODAY - timedelta(99), until=TODAY)
    assert {"people", "topics"} <= {each.split(":")[0] for each in found}
