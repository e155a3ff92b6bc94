"""The shared cast: two organisations and the people whose rights differ.

Ofek (אופק) has a manager, a member, and a member of another department. The outsider is a member of another
organisation; the outside manager manages it. `api(person)` is a client of programs, `browser(person)` a page
that is signed in.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection, connections
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from accounts import limits
from accounts.access import actor_of
from accounts.models import Department, Organization, User
from accounts.tokens import access_token
from accounts.types import Actor, Role
from config.kernel.outbox import resting
from config.kernel.outbox.resting import slow_failures
from tests.builders import make_department, make_organization, make_user

DESCRIBING_MODELS = {"django_content_type", "auth_permission"}
# A busy machine is no finding.
hypothesis_settings.register_profile("sicha", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A hundred times as many examples, for `make fuzz`.
hypothesis_settings.register_profile(
    "long", deadline=None, max_examples=10_000, suppress_health_check=list(HealthCheck)
)
hypothesis_settings.load_profile("sicha")


class ApiClientOf(Protocol):
    def __call__(self, person: User | None = None) -> APIClient: ...


class BrowserOf(Protocol):
    def __call__(self, person: User | None = None) -> Client: ...


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Empty the database after a test by `_emptied` alone, and close what asynchronous tests opened in
    asgiref's one thread: PostgreSQL removes no database in use."""
    connection.ops.sql_flush = _emptied  # type: ignore[method-assign,assignment]
    vars(flush)["emit_post_migrate_signal"] = lambda *_arguments: None  # it would write what has stayed
    yield
    asyncio.run(sync_to_async(connections.close_all)())


def _emptied(_style: object, tables: Sequence[str], **_options: object) -> list[str]:
    """Return how the database is emptied after a test.

    PostgreSQL's TRUNCATE makes each table and each index a new file, and waits for the disk with all of them;
    and what describes the models stays, for it was as long to write as many a test.
    """
    emptied = [connection.ops.quote_name(table) for table in tables if table not in DESCRIBING_MODELS]
    return [f"DELETE FROM {table}" for table in emptied]  # noqa: S608  Django's own names


@pytest.fixture(autouse=True)
def _forget_what_the_process_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(slow_failures, "_clock", lambda: 0.0)  # a busy machine makes no sink a slow one
    monkeypatch.setattr(resting, "OUTAGE_REST_SECONDS", 0.0)  # and no test waits for a sink that is away
    yield
    cache.clear()
    limits.store().clear()
    slow_failures.forget()


@pytest.fixture
def organization(db: None) -> Organization:
    return make_organization("אופק")


@pytest.fixture
def department(organization: Organization) -> Department:
    return make_department("משאבי אנוש", organization=organization)


@pytest.fixture
def other_department(organization: Organization) -> Department:
    return make_department("כספים", organization=organization)


@pytest.fixture
def manager(organization: Organization) -> User:
    return make_user("noa", organization=organization, role=Role.MANAGER, display_name="נועה לוי")


@pytest.fixture
def member(department: Department) -> User:
    return make_user("dana", department=department, display_name="דנה כהן")


@pytest.fixture
def other_member(other_department: Department) -> User:
    """A member of the same organisation in another department."""
    return make_user("yossi", department=other_department, display_name="יוסי מזרחי")


@pytest.fixture
def other_organization(db: None) -> Organization:
    return make_organization("גליל")


@pytest.fixture
def outsider(other_organization: Organization) -> User:
    """A member of another organisation."""
    return make_user("tamar", organization=other_organization, display_name="תמר אלון")


@pytest.fixture
def outside_manager(other_organization: Organization) -> User:
    return make_user("avi", organization=other_organization, role=Role.MANAGER, display_name="אבי פרץ")


@pytest.fixture
def operator(db: None) -> User:
    platform = make_organization("Sicha platform", is_platform=True)
    return make_user("operator", organization=platform, role=Role.OPERATOR)


@pytest.fixture
def actor(member: User) -> Actor:
    """The member as services know them."""
    return actor_of(member)


@pytest.fixture
def manager_actor(manager: User) -> Actor:
    return actor_of(manager)


@pytest.fixture
def outside_actor(outsider: User) -> Actor:
    return actor_of(outsider)


@pytest.fixture
def open_documents(settings: Any) -> None:
    """Let everybody open whatever document a citation names, also one that is not there."""
    settings.DOCUMENT_ACCESS = "tests.fakes.documents.open_to_all"


@pytest.fixture
def api() -> ApiClientOf:
    """Return a program's client with the person's bearer token; for None without any."""

    def client_of(person: User | None = None) -> APIClient:
        client = APIClient()
        if person is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(actor_of(person))}")
        return client

    return client_of


@pytest.fixture
def browser() -> BrowserOf:
    """Return a browser with the person's session; for None without any."""

    def client_of(person: User | None = None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return client_of
