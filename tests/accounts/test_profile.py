"""One's own account by REST: profile and password."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.models import AuditEntry, User
from accounts.services.refresh import issue_tokens
from accounts.tenancy import tenant_scope
from tests.builders import PASSWORD
from tests.conftest import ApiClientOf, BrowserOf

pytestmark = pytest.mark.django_db
NEW = "סיסמה חדשה לגמרי"


def test_the_profile_says_who_one_is(api: ApiClientOf, member: User) -> None:
    body = api(member).get("/api/v1/profile").json()
    assert (body["username"], body["display_name"], body["role"]) == ("dana", "דנה כהן", "member")
    assert (body["status"], body["language"]) == ("active", "he")
    assert body["organization"] == {"id": str(member.organization_id), "name": "אופק"}
    assert body["department"]["name"] == "משאבי אנוש"


def test_name_and_language_can_be_changed(api: ApiClientOf, member: User) -> None:
    wanted = {"display_name": " דנה\u202e לוי ", "language": "en"}
    body = api(member).patch("/api/v1/profile", wanted, format="json").json()
    assert (body["display_name"], body["language"]) == ("דנה לוי", "en")
    assert (
        api(member).patch("/api/v1/profile", {"display_name": ""}, format="json").json()["display_name"] == ""
    )


def test_what_is_not_ones_own_to_change_stays(api: ApiClientOf, member: User, outsider: User) -> None:
    wishes = {
        "role": "manager",
        "status": "pending",
        "username": "boss",
        "organization": str(outsider.organization_id),
        "department": None,
        "id": str(outsider.pk),
        "session_version": 7,
    }
    before = api(member).get("/api/v1/profile").json()
    for name, value in wishes.items():
        refused = api(member).patch("/api/v1/profile", {name: value, "language": "en"}, format="json")
        assert (refused.status_code, [*refused.json()["details"]["fields"]]) == (400, [name])
    assert api(member).get("/api/v1/profile").json() == before


def test_another_address_needs_the_password(api: ApiClientOf, member: User) -> None:
    wanted = {"email": "New@Example.test"}
    refused = api(member).patch("/api/v1/profile", wanted, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "password_wrong")
    wanted["current_password"] = PASSWORD
    assert api(member).patch("/api/v1/profile", wanted, format="json").json()["email"] == "new@example.test"
    with tenant_scope(member.organization_id):
        assert AuditEntry.objects.filter(action="account.email_changed").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"display_name": 5},
        {"display_name": "x" * 151},
        {"display_name": "a\0b"},
        {"language": "fr"},
        {"language": ["he"]},
        {"email": "nobody", "current_password": PASSWORD},
        {"email": "", "current_password": PASSWORD},
        {"email": None},
    ],
)
def test_bad_input_changes_nothing(api: ApiClientOf, member: User, change: dict[str, Any]) -> None:
    answer = api(member).patch("/api/v1/profile", change, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def change_password(client: Any, current: str = PASSWORD, new: str = NEW) -> Any:
    body = {"current_password": current, "new_password": new}
    return client.post("/api/v1/password/change", body, content_type="application/json")


def json_client(api: ApiClientOf, person: User | None) -> Any:
    client = api(person)
    post = client.post
    client.post = lambda path, body, **_: post(path, body, format="json")  # type: ignore[method-assign]
    return client


def test_changing_the_password_ends_every_other_credential(
    api: ApiClientOf, browser: BrowserOf, member: User
) -> None:
    old_program, old_page = api(member), browser(member)
    old_refresh = issue_tokens(actor=actor_of(member)).refresh
    answer = change_password(json_client(api, member))
    assert answer.status_code == 200
    assert old_program.get("/api/v1/profile").json()["code"] == "session_ended"
    assert old_page.get("/api/v1/profile").status_code == 401
    assert api().post("/api/v1/refresh", {"refresh": old_refresh}, format="json").status_code == 401
    new_program = APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert new_program.get("/api/v1/profile").status_code == 200
    login = {"username": "dana", "password": NEW}
    assert api().post("/login", login, format="json").status_code == 200


def test_the_page_that_changes_the_password_stays_signed_in(browser: BrowserOf, member: User) -> None:
    page = browser(member)
    key = page.session.session_key
    assert change_password(page).status_code == 200
    assert page.get("/api/v1/profile").status_code == 200
    assert page.session.session_key != key


def test_the_current_password_is_needed(api: ApiClientOf, member: User) -> None:
    answer = change_password(json_client(api, member), current="לא נכון בכלל")
    assert (answer.status_code, answer.json()["code"]) == (400, "password_wrong")
    assert api(member).get("/api/v1/profile").status_code == 200


def test_guessing_it_is_limited_like_logging_in(api: ApiClientOf, member: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": (2, 60)}
    client = json_client(api, member)
    codes = [change_password(client, current="לא נכון בכלל").status_code for _ in range(3)]
    assert codes == [400, 400, 429]


def test_a_weak_new_password_is_refused(api: ApiClientOf, member: User) -> None:
    answer = change_password(json_client(api, member), new="password")
    assert (answer.status_code, answer.json()["code"]) == (400, "password_weak")
    assert "new_password" in answer.json()["details"]["fields"]


def test_a_pages_change_needs_its_csrf_token(member: User) -> None:
    from django.test import Client

    page = Client(enforce_csrf_checks=True)
    page.force_login(member)
    answer = change_password(page)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
