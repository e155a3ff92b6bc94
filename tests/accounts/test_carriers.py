"""Every carrier of identity comes to the same verdict about an account: there is one gate."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client

from accounts.access import actor_of
from accounts.authentication import bearer_actor, session_actor
from accounts.models import User
from accounts.standing import reload_actor
from accounts.tickets import issue_ticket, redeem_ticket
from accounts.tokens import access_token
from accounts.types import Actor
from config.kernel.errors import DomainError
from tests.conftest import ApiClientOf, BrowserOf

pytestmark = pytest.mark.django_db(transaction=True)
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "active": ({}, "admitted"),
    "promoted": ({"role": "manager"}, "admitted"),
    "moved": ({"department": None}, "admitted"),
    "pending": ({"status": "pending"}, "account_pending"),
    "deactivated": ({"status": "deactivated"}, "account_inactive"),
    "with a new password": ({"session_version": 2}, "session_ended"),
    "unknown status": ({"status": "odd"}, "account_inactive"),
}


def verdict(question: Callable[[], Actor | None]) -> str:
    """Return `admitted`, or the code of the refusal."""
    try:
        actor = question()
    except DomainError as error:
        return error.code
    return "session_ended" if actor is None else "admitted"


@pytest.mark.parametrize(("changes", "expected"), STATES.values(), ids=STATES.keys())
def test_carriers_agree(
    api: ApiClientOf, browser: BrowserOf, member: User, changes: dict[str, Any], expected: str
) -> None:
    actor = actor_of(member)
    program, page = api(member), browser(member)
    token, ticket = access_token(actor), issue_ticket(actor)
    cookies = {settings.SESSION_COOKIE_NAME: page.cookies[settings.SESSION_COOKIE_NAME].value}
    User.directory.filter(pk=member.pk).update(**changes)
    carriers: list[Callable[[], Actor | None]] = [
        lambda: async_to_sync(bearer_actor)(token, method="GET", path="/"),
        lambda: async_to_sync(session_actor)(cookies),
        lambda: redeem_ticket(ticket),
        lambda: reload_actor(actor),
    ]
    assert {verdict(carrier) for carrier in carriers} == {expected}
    answers: list[Any] = [program.get("/api/v1/profile"), page.get("/api/v1/profile")]
    assert [answer.status_code == 200 for answer in answers] == [expected == "admitted"] * 2
    assert answers[0].json().get("code", "admitted") == expected


def test_a_session_ends_with_its_account(browser: BrowserOf, member: User) -> None:
    page = browser(member)
    User.directory.filter(pk=member.pk).update(status="deactivated")
    assert page.get("/accounts/profile/").headers["Location"].startswith("/accounts/login/")
    User.directory.filter(pk=member.pk).update(status="active")
    assert page.get("/accounts/profile/").status_code == 302  # signed out, not merely held up


@pytest.mark.parametrize("cookies", [{}, {"sessionid": ""}, {"sessionid": "x"}, {"sessionid": "\0'"}])
async def test_what_is_no_session_is_nobody(cookies: dict[str, str]) -> None:
    assert await session_actor(cookies) is None


def test_a_bearer_token_counts_for_more_than_the_session_beside_it(
    api: ApiClientOf, member: User, outside_manager: User
) -> None:
    client = api(outside_manager)
    client.force_login(member)
    assert client.get("/api/v1/profile").json()["username"] == "avi"
    assert [person["username"] for person in client.get("/api/v1/members").json()["results"]] == ["avi"]


def test_roles_are_read_anew_for_every_request(api: ApiClientOf, manager: User) -> None:
    client = api(manager)
    assert client.get("/api/v1/members").status_code == 200
    User.directory.filter(pk=manager.pk).update(role="member")
    assert client.get("/api/v1/members").status_code == 403


def test_a_change_by_cookie_needs_the_csrf_token(member: User) -> None:
    page = Client(enforce_csrf_checks=True)
    page.force_login(member)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = page.patch("/api/v1/profile", "{}", content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
