"""Who gets which answer from which address: the whole table, generated from the URL conf."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, path

from tests.rights.conftest import Entrances, Things, absent
from tests.rights.routes import (
    METHODS,
    PLACEHOLDER,
    ROLES,
    Row,
    address_of,
    outdated,
    read_table,
    routes_of,
    unlisted,
)

TABLE = read_table(Path(__file__).with_name("addresses.txt"))
ROUTES = list(routes_of(get_resolver().url_patterns))
PROGRAMS = ("api/", "v1/", "register", "login", "chat", "health", "metrics", "docs", "redoc", "openapi")
# What an address must be sent to get further than its form.
BODIES: dict[str, dict[str, Any]] = {
    "POST api/v1/documents": {"title": "נוהל", "content": "שעות הפעילות של המוקד הן 8 עד 16."},
    # An empty form is a whole one there; as a window of its own it answers with a page.
    "POST admin/accounts/organizationsettings/<path:object_id>/change/": {"_popup": "1", "tone": "plain"},
    "POST api/v1/api-keys": {"name": "תוכנה", "scopes": ["chat"]},
    "POST api/v1/departments": {"name": "מחלקה חדשה"},
    "PATCH api/v1/departments/<uuid:department_id>": {"name": "שם אחר"},
    "PUT api/v1/messages/<uuid:message_id>/feedback": {"rating": "up"},
    "PUT api/v1/notifications/settings": {"kind": "question_answered", "on_page": True, "mailing": "now"},
}
ASKING = ("POST chat", "POST api/v1/chat")
SEARCHED = {"q": "שכר"}
CLOSED = {302, 401, 403, 404}
PASSING = re.compile(r'(nonce|value)="[^"]*"')
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{8}(_2D[0-9a-f]{4}){3}_2D[0-9a-f]{12}")

pytestmark = pytest.mark.django_db(transaction=True)


def body(key: str, things: Things) -> dict[str, Any]:
    """Return what to send: a question goes into the member's conversation."""
    if key in ASKING:
        return {"prompt": "כמה ימי חופשה?", "conversation_id": things["conversation_id"]}
    return BODIES.get(key, {})


async def answer(client: Any, method: str, pattern: str, things: Things) -> Any:
    url = address_of(pattern, things)
    if method == "GET":
        return await client.get(url, params=SEARCHED if url.endswith("/search") else None)
    if pattern.startswith(PROGRAMS):
        return await client.request(method, url, json=body(f"{method} {pattern}", things))
    return await client.request(method, url, data=body(f"{method} {pattern}", things))


def words(response: Any) -> Any:
    """Return what a response says, without what differs between any two pages."""
    if response.headers.get("content-type", "").startswith("application/json"):
        return response.json()
    said = (response.headers.get("location", ""), PASSING.sub("", response.text))
    return response.status_code, [IDS.sub("ID", each) for each in said]


def test_every_address_is_in_the_table() -> None:
    assert unlisted(ROUTES, TABLE) == set()


def test_the_table_lists_nothing_that_is_gone() -> None:
    assert outdated(ROUTES, TABLE) == set()


def test_an_address_that_nobody_listed_is_noticed() -> None:
    grown = [*ROUTES, *routes_of([path("api/v1/new", lambda _request: HttpResponse())])]
    assert unlisted(grown, TABLE) == {"any api/v1/new"}


async def test_everybody_gets_what_the_table_says(role: str, things: Things, entrances: Entrances) -> None:
    column = ROLES.index(role)
    wrong: list[str] = []
    async with entrances.program() as program, entrances.page() as page:
        for row in TABLE:
            client = program if row.pattern.startswith(PROGRAMS) else page
            wrong += await _mistakes(client, row, row.statuses[column], things)
    assert wrong == []


async def _mistakes(client: Any, row: Row, expected: int, things: Things) -> list[str]:
    """Compare the answer with the table; and where nothing may be seen, with that for absent things."""
    there = await answer(client, row.method, row.pattern, things)
    if there.status_code != expected:
        return [f"{row.method} {row.pattern}: {there.status_code} instead of {expected}"]
    names_a_thing = PLACEHOLDER.search(row.pattern) or f"{row.method} {row.pattern}" in ASKING
    if expected in CLOSED and names_a_thing:
        nowhere = await answer(client, row.method, row.pattern, absent(things))
        if words(there) != words(nowhere):
            return [f"{row.method} {row.pattern}: differs from what is absent"]
    return []


@pytest.mark.parametrize("role", ["anonymous", "manager"])
async def test_no_other_method_does_anything(things: Things, entrances: Entrances) -> None:
    answered = {(row.method, row.pattern) for row in TABLE}
    patterns = sorted({row.pattern for row in TABLE if not row.pattern.startswith("admin/")})
    wrong: list[str] = []
    async with entrances.program() as program, entrances.page() as page:
        for pattern in patterns:
            client = program if pattern.startswith(PROGRAMS) else page
            for method in METHODS:
                if (method, pattern) not in answered:
                    status = (await answer(client, method, pattern, things)).status_code
                    if status not in {302, 401, 403, 404, 405}:
                        wrong.append(f"{method} {pattern}: {status}")
    assert wrong == []
