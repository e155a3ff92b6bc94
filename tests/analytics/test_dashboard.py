"""The dashboard: every day of the period, its sums, the period before; as a page and as a file."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.dashboard import Numbers, dashboard
from analytics.models import DailySubject, DailyUsage, Topic
from config.kernel.errors import PermissionDeniedError
from retrieval.models import Document
from tests.conftest import BrowserOf

PAGE = "/admin/analytics/dailyusage/dashboard/"
TODAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)

Count = Callable[..., None]


@pytest.fixture
def count(manager: User) -> Count:
    """Put numbers on a day of the manager's organisation."""

    def count(day: date, **numbers: int) -> None:
        with tenant_scope(manager.organization_id):
            DailyUsage.objects.create(day=day, **numbers)

    return count


def plots(page: Any) -> dict[str, Any]:
    """Return what the page's plots are drawn from, by name."""
    blocks = re.findall(r'<script id="(\w+)" type="application/json">(.*?)</script>', page.content.decode())
    return {name: json.loads(text) for name, text in blocks}


def test_days_without_a_question_have_their_place(count: Count, manager_actor: Actor) -> None:
    count(MONDAY, questions=3, answered=2, refused=1)
    board = dashboard(actor=manager_actor, since=date(2026, 11, 22), until=TUESDAY)
    assert [bar.numbers.questions for bar in board.bars] == [0, 3, 0]
    assert board.total == Numbers(questions=3, answered=2, refused=1)


def test_the_period_before_is_equally_long(count: Count, manager_actor: Actor) -> None:
    for day, questions in (
        (date(2026, 11, 20), 100),
        (date(2026, 11, 21), 4),
        (date(2026, 11, 22), 2),
        (MONDAY, 7),
    ):
        count(day, questions=questions)
    board = dashboard(actor=manager_actor, since=MONDAY, until=TUESDAY)
    assert (board.total.questions, board.before.questions) == (7, 6)


def test_long_periods_are_drawn_by_weeks_from_sunday_on(count: Count, manager_actor: Actor) -> None:
    count(date(2026, 8, 1), questions=1)  # a Saturday
    count(date(2026, 8, 2), questions=2)
    count(date(2026, 8, 8), questions=4)
    count(TUESDAY, questions=8)
    board = dashboard(actor=manager_actor, since=date(2026, 7, 28), until=TUESDAY)
    first, second, *_, last = board.bars
    assert (first.first, first.last, first.numbers.questions) == (date(2026, 7, 28), date(2026, 8, 1), 1)
    assert (second.first, second.last, second.numbers.questions) == (date(2026, 8, 2), date(2026, 8, 8), 6)
    assert (last.first, last.last, last.numbers.questions) == (date(2026, 11, 22), TUESDAY, 8)
    assert sum(bar.numbers.questions for bar in board.bars) == board.total.questions


def test_shares_of_nothing_are_none() -> None:
    assert (Numbers().answered_share, Numbers().helpful_share) == (None, None)
    numbers = Numbers(questions=4, answered=3, helpful=1, not_helpful=3)
    assert (numbers.answered_share, numbers.helpful_share) == (0.75, 0.25)


def test_a_member_sees_nothing(actor: Actor) -> None:
    with pytest.raises(PermissionDeniedError):
        dashboard(actor=actor, since=MONDAY, until=TUESDAY)


@time_machine.travel(TODAY, tick=False)
def test_the_page_shows_the_last_thirty_days(count: Count, browser: BrowserOf, manager: User) -> None:
    count(date(2026, 10, 26), questions=2, answered=2)
    count(TUESDAY, questions=1200, answered=1000, refused=200, helpful=3, not_helpful=1)
    page = browser(manager).get(PAGE)
    assert page.status_code == 200
    drawn = plots(page)["questions"]
    assert len(drawn["labels"]) == 30
    assert [each["values"][0] for each in drawn["series"]] == [2, 0, 0]
    assert [each["values"][-1] for each in drawn["series"]] == [1000, 200, 0]
    assert [each["label"] for each in drawn["series"]] == ["נענו", "ללא תשובה ברורה", "נכשלו"]
    text = page.content.decode()
    for number in ("1,202", "83%", "75%"):
        assert number in text


def test_a_table_says_what_the_plot_draws(count: Count, browser: BrowserOf, manager: User) -> None:
    count(MONDAY, questions=3, answered=2, refused=1)
    page = browser(manager).get(PAGE, {"since": "2026-11-20", "until": "2026-11-24"})
    table = page.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    assert re.findall(r"<td>(\d+)</td>", table) == ["2", "1", "0"]


def test_the_file_opens_with_hebrew_names_and_all_days(
    count: Count, browser: BrowserOf, manager: User
) -> None:
    count(MONDAY, questions=3, answered=2, refused=1, prompt_tokens=900)
    file = browser(manager).get(PAGE, {"since": "2026-11-22", "until": "2026-11-24", "format": "csv"})
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"] == 'attachment; filename="sicha-2026-11-22-2026-11-24.csv"'
    text = file.content.decode()
    assert text.startswith("\ufeff")
    names, *days = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert names[:3] == ["מתאריך", "עד תאריך", "שאלות"]
    assert [day[:4] for day in days] == [
        ["2026-11-22", "2026-11-22", "0", "0"],
        ["2026-11-23", "2026-11-23", "3", "2"],
        ["2026-11-24", "2026-11-24", "0", "0"],
    ]


def test_each_plot_has_a_file_of_its_own(count: Count, browser: BrowserOf, manager: User) -> None:
    count(MONDAY, questions=3, first_within_1s=2, first_later=1)
    period = {"since": "2026-11-23", "until": "2026-11-24"}
    shown = browser(manager).get(PAGE, period)
    assert set(plots(shown)) == {"waiting"}
    assert "plot=waiting" in shown.content.decode()
    file = browser(manager).get(PAGE, {**period, "format": "csv", "plot": "waiting"})
    assert 'filename="sicha-waiting-2026-11-23-2026-11-24.csv"' in file.headers["Content-Disposition"]
    names, *days = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert names[2:] == ["עד שנייה", "1–3 שניות", "3–10 שניות", "מעל 10 שניות"]
    assert days == [["2026-11-23", "2026-11-23", "2", "0", "0", "1"], ["2026-11-24"] * 2 + ["0"] * 4]


def test_the_file_of_documents_has_those_without_a_use_and_no_formula(
    browser: BrowserOf, manager: User, manager_actor: Actor
) -> None:
    with tenant_scope(manager.organization_id):
        used, _unused = (
            Document.objects.create(title=title, indexed_version=1) for title in ("=1+1", "נוהל חניה")
        )
        DailySubject.objects.create(day=MONDAY, week=MONDAY, kind="document", key=str(used.pk), answers=7)
    period = {"since": "2026-11-23", "until": "2026-11-24"}
    file = browser(manager).get(PAGE, {**period, "format": "csv", "plot": "documents"})
    rows = [*csv.reader(io.StringIO(file.content.decode("utf-8-sig")))]
    assert rows == [["מסמך", "תשובות"], ["'=1+1", "7"], ["נוהל חניה", "0"]]


def test_topics_beyond_the_first_six_are_drawn_as_one(browser: BrowserOf, manager: User) -> None:
    with tenant_scope(manager.organization_id):
        for number in range(1, 9):
            topic = Topic.objects.create(label=f"נושא {number}", embedder="tests")
            DailySubject.objects.create(
                day=MONDAY, week=MONDAY, kind="topic", key=str(topic.pk), answers=10 - number
            )
    page = browser(manager).get(PAGE, {"since": "2026-11-23", "until": "2026-11-23"})
    drawn = plots(page)["topics"]["series"]
    assert [each["label"] for each in drawn][-2:] == ["נושא 6", "נושאים אחרים"]
    assert [each["values"] for each in drawn] == [[9], [8], [7], [6], [5], [4], [3 + 2]]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-11-24", "until": "2026-11-23"},
        {"department_id": "1"},
        {"since": "2025-01-01", "until": "2026-11-24"},
        {"since": "0001-01-01", "until": "0001-01-02"},
        {"since": "אתמול"},
        {"until": "2026-11-24\x00"},
    ],
)
def test_a_period_that_is_none_is_told_at_its_form(
    browser: BrowserOf, manager: User, query: dict[str, str]
) -> None:
    page = browser(manager).get(PAGE, query)
    assert page.status_code == 400
    assert plots(page) == {}


def test_another_organisation_has_its_own_numbers(
    count: Count, browser: BrowserOf, outside_manager: User
) -> None:
    count(MONDAY, questions=3, answered=2)
    page = browser(outside_manager).get(PAGE, {"since": "2026-11-22", "until": "2026-11-24"})
    assert plots(page) == {}
    assert "אין נתונים בתקופה זו" in page.content.decode()
