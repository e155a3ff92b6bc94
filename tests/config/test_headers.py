"""What browsers are told with every answer, on both handlers, by the whole application."""

from typing import Any, cast

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.conf import settings

from accounts.models import User
from config.asgi import application
from config.paths import is_lean
from tests.conftest import BrowserOf

pytestmark = pytest.mark.django_db(transaction=True)
OWN = (
    "/",
    "/accounts/profile/",
    "/api/v1/profile",
    "/api/v1/conversations",
    "/v1/models",
    "/api/v1/search?q=a",
)
OPEN = ("/accounts/login/", "/docs", "/redoc", "/api/health", "/nowhere", "/api/v1/nowhere")
HERE = {"'self'", "'none'", "data:"}


def answers(paths: tuple[str, ...], cookies: dict[str, str]) -> list[httpx.Response]:
    async def all_of_them() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=cast("Any", application))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", cookies=cookies
        ) as client:
            return [await client.get(path) for path in paths]

    return async_to_sync(all_of_them)()


def policy_of(answer: httpx.Response) -> dict[str, set[str]]:
    directives = (each.split() for each in answer.headers["Content-Security-Policy"].split(";"))
    return {name: set(sources) for name, *sources in directives}


def without_hashes(sources: set[str]) -> set[str]:
    """Return the sources without those that name one style sheet by what is in it."""
    return {source for source in sources if not source.startswith("'sha256-")}


@pytest.fixture
def session(browser: BrowserOf, member: User) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {name: browser(member).cookies[name].value}


def test_both_handlers_are_among_them() -> None:
    assert {is_lean(path.partition("?")[0]) for path in OWN} == {True, False}
    assert {is_lean(path) for path in OPEN} == {True, False}


def test_what_a_person_is_shown_is_kept_by_nobody(session: dict[str, str]) -> None:
    shown = answers(OWN, session)
    assert [answer.status_code for answer in shown] == [200] * len(OWN)
    told = [*shown, *answers(OPEN, {})]
    assert {answer.headers["Cache-Control"] for answer in told} == {"no-store, private"}


def test_no_page_lets_a_script_run_that_is_no_file_of_ours(session: dict[str, str]) -> None:
    for answer in answers(OWN + OPEN, session):
        policy = policy_of(answer)
        assert policy["default-src"] == {"'none'"}, answer.url
        assert policy["script-src"] == {"'self'"}, answer.url
        assert without_hashes(policy["style-src"]) == {"'self'"}, answer.url
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_asks_another_host_for_anything(session: dict[str, str]) -> None:
    for answer in answers(OWN + OPEN, session):
        named = set[str]().union(*policy_of(answer).values())
        assert without_hashes(named) <= HERE, answer.url
        assert answer.headers["Referrer-Policy"] == "same-origin"
