"""Lists of the administration are saved as files, as they are shown."""

import csv
import io

import pytest

from accounts.models import AuditEntry, User
from accounts.tenancy import tenant_scope
from tests.conftest import BrowserOf

PEOPLE = "/admin/accounts/user/"

pytestmark = pytest.mark.django_db


def saved(browser: BrowserOf, who: User, *chosen: User) -> list[list[str]]:
    asked = {"action": "save_list", "_selected_action": [str(each.pk) for each in chosen]}
    response = browser(who).post(PEOPLE, asked)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="sicha-user-')
    return [*csv.reader(io.StringIO(response.content.decode("utf-8-sig")))]


def test_a_manager_saves_the_chosen_people_as_the_list_shows_them(
    browser: BrowserOf, manager: User, member: User, other_member: User
) -> None:
    head, *rows = saved(browser, manager, member)
    assert head[:3] == ["שם משתמש", "שם לתצוגה", "מצב"]
    assert [row[:5] for row in rows] == [["dana", "דנה כהן", "פעיל", "צוות", "משאבי אנוש"]]
    assert other_member.username not in str(rows)
    with tenant_scope(manager.organization_id):
        latest = AuditEntry.objects.latest("number")
    assert (latest.action, latest.actor_id, latest.target) == ("list.exported", manager.pk, "user")


def test_nobody_of_another_organisation_is_in_it(browser: BrowserOf, manager: User, outsider: User) -> None:
    response = browser(manager).post(PEOPLE, {"action": "save_list", "_selected_action": [str(outsider.pk)]})
    assert outsider.username not in response.content.decode()


def test_a_name_that_is_a_formula_is_text(browser: BrowserOf, manager: User, member: User) -> None:
    User.directory.filter(pk=member.pk).update(display_name="=HYPERLINK(1)")
    [_head, row] = saved(browser, manager, member)
    assert row[1] == "'=HYPERLINK(1)"
