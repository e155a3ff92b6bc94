"""Who reads the numbers: managers those of their organisation, by REST and in the admin; nobody else."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import DailyUsage
from analytics.selectors import usage_by_day
from config.kernel.errors import PermissionDeniedError
from tests.conftest import ApiClientOf, BrowserOf

USAGE = "/api/v1/analytics/usage"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _days(manager: User, outside_manager: User) -> None:
    for person, questions in ((manager, 5), (outside_manager, 70)):
        with tenant_scope(person.organization_id):
            for day in (LAST, FIRST):
                DailyUsage.objects.create(day=day, questions=questions, answered=questions)


def test_a_manager_reads_the_days_in_order_with_both_ends(manager_actor: Actor) -> None:
    found = usage_by_day(actor=manager_actor, since=FIRST, until=LAST)
    assert [(usage.day, usage.questions) for usage in found] == [(FIRST, 5), (LAST, 5)]
    assert len(usage_by_day(actor=manager_actor, since=FIRST, until=date(2026, 11, 23))) == 1
    assert usage_by_day(actor=manager_actor, since=LAST, until=FIRST) == []


def test_a_member_reads_nothing(actor: Actor) -> None:
    with pytest.raises(PermissionDeniedError):
        usage_by_day(actor=actor, since=FIRST, until=LAST)


def test_a_manager_gets_the_numbers_by_rest(api: ApiClientOf, manager: User) -> None:
    response = api(manager).get(USAGE, {"since": "2026-11-02", "until": "2026-11-24"})
    assert response.status_code == 200
    body = response.json()
    assert (body["since"], body["until"]) == ("2026-11-02", "2026-11-24")
    assert body["results"] == [
        {
            "day": "2026-11-24",
            "questions": 5,
            "answered": 5,
            "refused": 0,
            "failed": 0,
            "helpful": 0,
            "not_helpful": 0,
            "prompt_tokens": 0,
            "completion_tokens": 0,
        }
    ]


def test_the_last_thirty_days_are_the_default(api: ApiClientOf, manager: User) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 22, 30, tzinfo=UTC), tick=False):  # past midnight here
        body = api(manager).get(USAGE).json()
    assert (body["since"], body["until"]) == ("2026-10-26", "2026-11-24")
    assert [day["questions"] for day in body["results"]] == [5, 5]


@pytest.mark.parametrize("person", ["member", "other_member", "outsider"])
def test_members_are_refused(api: ApiClientOf, person: str, request: pytest.FixtureRequest) -> None:
    response = api(request.getfixturevalue(person)).get(USAGE)
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_strangers_are_refused(api: ApiClientOf) -> None:
    assert api().get(USAGE).status_code == 401


def test_another_organisation_is_invisible(api: ApiClientOf, outside_manager: User) -> None:
    body = api(outside_manager).get(USAGE, {"since": "2026-11-01", "until": "2026-11-24"}).json()
    assert [day["questions"] for day in body["results"]] == [70, 70]


@pytest.mark.parametrize(
    "period",
    [
        {"since": "2026-11-24", "until": "2026-11-23"},
        {"since": "2025-01-01", "until": "2026-11-24"},
        {"since": "אתמול"},
        {"until": "24/11/2026"},
        {"until": "0001-01-01", "since": "0001-01-02"},
    ],
)
def test_a_period_that_is_none_is_refused(api: ApiClientOf, manager: User, period: dict[str, Any]) -> None:
    response = api(manager).get(USAGE, period)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_input")


@pytest.mark.parametrize(
    "period",
    [
        {"until": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "2026-11-24", "until": "2026-11-24"},
        {"since": "2025-11-24", "until": "2026-11-24"},
    ],
)
def test_a_period_may_be_a_day_a_year_and_anywhere(
    api: ApiClientOf, manager: User, period: dict[str, Any]
) -> None:
    assert api(manager).get(USAGE, period).status_code == 200


def test_the_admin_leads_a_manager_to_the_dashboard(browser: BrowserOf, manager: User) -> None:
    page = browser(manager).get("/admin/analytics/dailyusage/")
    assert page.headers["Location"] == "/admin/analytics/dailyusage/dashboard/"
    assert "לוח מחוונים" in browser(manager).get("/admin/").content.decode()


def test_the_admin_lets_nobody_change_a_number(
    browser: BrowserOf, manager: User, outside_manager: User
) -> None:
    with tenant_scope(manager.organization_id):
        day = DailyUsage.objects.get(day=LAST)
    address = "/admin/analytics/dailyusage"
    assert browser(manager).get(f"{address}/{day.pk}/change/").status_code == 200
    for path in (f"{day.pk}/delete/", "add/"):
        assert browser(manager).post(f"{address}/{path}", {"post": "yes"}).status_code == 403
    changed = browser(manager).post(f"{address}/{day.pk}/change/", {"questions": "900"})
    assert changed.status_code == 403
    foreign, absent = (
        browser(outside_manager).get(f"{address}/{row_id}/change/") for row_id in (day.pk, uuid4())
    )
    assert (foreign.status_code, foreign.headers["Location"]) == (302, "/admin/")
    assert (absent.status_code, absent.headers["Location"]) == (302, "/admin/")


def test_the_admin_shows_a_member_nothing(browser: BrowserOf, member: User) -> None:
    page = browser(member).get("/admin/analytics/dailyusage/")
    assert page.status_code in {302, 403}
    assert str(LAST.year) not in page.content.decode()
