"""Where a person is signed in is listed, and ended from afar."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import now
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.devices import device_of
from accounts.models import AuditEntry, RefreshToken, Session, User
from accounts.services.members import end_sessions
from accounts.tenancy import tenant_scope
from tests.builders import PASSWORD
from tests.conftest import ApiClientOf, BrowserOf

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/131.0.0.0 Safari/537.36"
OWN, PAGE = "/api/v1/sign-ins", "/accounts/sign-ins/"


def browser_of(person: User, user_agent: str) -> Client:
    client = Client(headers={"User-Agent": user_agent})
    client.post("/accounts/login/", {"username": person.username, "password": PASSWORD})
    return client


def program_of(person: User, user_agent: str = "reports/2.1") -> tuple[APIClient, str]:
    """Sign a program in; return it and its refresh token."""
    client = APIClient(headers={"User-Agent": user_agent})
    got = client.post("/login", {"username": person.username, "password": PASSWORD}, format="json").json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {got['access']}")
    return client, got["refresh"]


def listed(client: Client | APIClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(OWN).json()["sign_ins"]
    return found


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (DESK, "Chrome · Windows"),
        (PHONE, "Safari · iPhone"),
        (DESK + " Edg/131.0.0.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/26.0 Chrome/122.0 Mobile",
            "Samsung Internet · Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1", "Safari · Mac"),
        ("python-requests/2.32.3", "python-requests"),
        ("Mozilla/5.0", ""),
        ("", ""),
        ("<b>x</b>/1", ""),
        ("a" * 5000 + "/1", ""),
        ("דפדפן/1", ""),
    ],
)
def test_a_device_is_called_by_what_people_know_of_it(said: str, told: str) -> None:
    assert device_of(said) == told


def test_browsers_and_programs_are_listed_the_own_one_first(member: User) -> None:
    page, (program, refresh) = browser_of(member, DESK), program_of(member)
    phone = browser_of(member, PHONE)
    here = listed(page)[0]
    assert (here["kind"], here["device"], here["is_current"]) == ("session", "Chrome · Windows", True)
    assert {each["device"] for each in listed(page)} == {"Chrome · Windows", "Safari · iPhone", "reports"}
    assert listed(program)[0]["device"] == "reports"
    began = listed(program)[0]["began_at"]
    program.post("/api/v1/refresh", {"refresh": refresh}, format="json")
    assert (listed(program)[0]["began_at"], len(listed(phone))) == (began, 3)


def test_keys_of_sessions_are_told_nobody(member: User) -> None:
    page = browser_of(member, DESK)
    key = page.cookies["sessionid"].value
    assert key not in page.get(OWN).content.decode()
    assert key not in page.get(PAGE).content.decode()


def test_a_session_that_was_ended_from_afar_is_over(member: User) -> None:
    page, phone = browser_of(member, DESK), browser_of(member, PHONE)
    other = next(each for each in listed(page) if not each["is_current"])
    answer = page.post(f"{PAGE}{other['id']}/end/", follow=True)
    assert "Safari" not in answer.content.decode()
    assert phone.get(PAGE).headers["Location"].startswith("/accounts/login/")
    assert page.get(PAGE).status_code == 200
    with tenant_scope(member.organization_id):
        assert AuditEntry.objects.filter(action="account.sign_in_ended", target=str(member.pk)).count() == 1


def test_a_program_that_was_ended_from_afar_is_over_at_once(member: User) -> None:
    page, (program, refresh) = browser_of(member, DESK), program_of(member)
    other = next(each for each in listed(page) if each["kind"] == "tokens")
    page.post(f"{PAGE}{other['id']}/end/")
    refused = program.get("/api/v1/profile")
    assert (refused.status_code, refused.json()["code"]) == (401, "session_ended")
    again = APIClient().post("/api/v1/refresh", {"refresh": refresh}, format="json")
    assert again.json()["code"] == "refresh_invalid"


def test_everything_else_ends_with_one_button(member: User) -> None:
    page = browser_of(member, DESK)
    phone, (program, _refresh) = browser_of(member, PHONE), program_of(member)
    page.post(f"{PAGE}end-others/")
    assert [each["is_current"] for each in listed(page)] == [True]
    assert (phone.get(PAGE).status_code, program.get(OWN).status_code) == (302, 401)
    second, _token = program_of(member)
    assert second.delete(OWN).status_code == 204
    assert page.get(PAGE).status_code == 302
    assert len(listed(second)) == 1


def test_nobody_ends_what_belongs_to_others(
    member: User, other_member: User, outsider: User, manager: User, api: ApiClientOf
) -> None:
    page = browser_of(member, DESK)
    theirs = listed(page)[0]["id"]
    for stranger in (other_member, outsider, manager):
        assert [each["id"] for each in listed(api(stranger))] == []
        refused, absent = (api(stranger).delete(f"{OWN}/{each}") for each in (theirs, uuid4()))
        assert (refused.status_code, refused.json()) == (404, absent.json())
    assert page.get(PAGE).status_code == 200


def test_what_a_new_session_version_made_worthless_is_not_listed(
    member: User, manager: User, api: ApiClientOf
) -> None:
    browser_of(member, DESK)
    program_of(member)
    end_sessions(actor=actor_of(manager), member_id=member.pk)
    member.refresh_from_db()
    assert listed(api(member)) == []


def test_use_is_noted_once_in_ten_minutes(member: User, browser: BrowserOf) -> None:
    page = browser(member)
    long_ago = now() - timedelta(hours=5)
    Session.objects.update(seen_at=long_ago)
    page.get(PAGE)
    assert Session.objects.get().seen_at > long_ago
    Session.objects.update(seen_at=long_ago)
    page.get(PAGE)
    assert Session.objects.get().seen_at == long_ago


def test_a_key_that_comes_with_somebodys_session_is_the_keys_request(
    manager: User, outsider: User, api: ApiClientOf
) -> None:
    made = (
        api(manager).post("/api/v1/api-keys", {"name": "תוכנה", "scopes": ["search"]}, format="json").json()
    )
    program = APIClient()
    program.force_login(outsider)
    answer = program.get("/api/v1/documents", headers={"Authorization": f"Bearer {made['key']}"})
    assert answer.status_code == 200


def test_no_sign_in_outlives_its_time_however_much_it_is_used(member: User, settings: Any) -> None:
    settings.SIGN_IN_LIFETIME = timedelta(hours=1)
    page, (program, refresh) = browser_of(member, DESK), program_of(member)
    program.post("/api/v1/refresh", {"refresh": refresh}, format="json")
    page.post("/accounts/profile/", {"language": "he", "email": member.email})
    soon = now() + timedelta(minutes=61)
    assert [row.expire_date < soon for row in Session.objects.filter(user=member)] == [True]
    with tenant_scope(member.organization_id):
        assert [row.expires_at < soon for row in RefreshToken.objects.all()] == [True, True]
