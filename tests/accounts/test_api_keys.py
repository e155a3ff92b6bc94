"""API keys: told once, good for what they were made for, worthless at once when revoked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.authentication import bearer_actor
from accounts.errors import ScopeMissingError, ScopesUnknownError, SessionEndedError, TooManyKeysError
from accounts.models import ApiKey, AuditEntry, User
from accounts.scopes import Scope, scope_for
from accounts.services import api_keys
from accounts.services.api_keys import WantedKey, actor_of_key, create_key, revoke_key
from accounts.services.members import MemberChange, change_member, deactivate_member
from accounts.standing import outdated, reload_actor
from accounts.tenancy import tenant_scope
from accounts.tickets import issue_ticket, redeem_ticket
from accounts.types import Actor, Role
from config.kernel.database import in_database
from config.kernel.errors import NotFoundError, PermissionDeniedError
from tests.builders import make_user
from tests.conftest import ApiClientOf, BrowserOf

pytestmark = pytest.mark.django_db
EVERYTHING = tuple(Scope.values)


def made(owner: User, *scopes: str, days: int | None = None) -> tuple[ApiKey, str]:
    wanted = WantedKey("מערכת הפניות", scopes or EVERYTHING, days)
    return create_key(actor=actor_of(owner), wanted=wanted)


def program(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


def code(answer: Any) -> str:
    return str(answer.json().get("code", answer.status_code))


# -- what it opens -------------------------------------------------------------------------------------------


def test_a_key_comes_in_as_the_manager_who_made_it(manager: User) -> None:
    _row, key = made(manager)
    assert program(key).get("/api/v1/conversations").status_code == 200
    actor = actor_of_key(key, method="POST", path="/chat")
    assert (actor.user_id, actor.organization_id) == (manager.pk, manager.organization_id)


@pytest.mark.django_db(transaction=True)
async def test_asynchronous_addresses_take_keys_as_well(manager: User) -> None:
    _row, key = await in_database(made)(manager)
    actor = await bearer_actor(key, method="POST", path="/chat")
    assert actor.user_id == manager.pk


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/chat", "chat"),
        ("POST", "/v1/chat/completions", "chat"),
        ("GET", "/api/v1/answers/x/events", "chat"),
        ("GET", "/api/v1/search", "search"),
        ("GET", "/api/v1/documents/x", "search"),
        ("POST", "/api/v1/documents", "documents"),
        ("DELETE", "/api/v1/documents/x", "documents"),
        ("GET", "/api/v1/analytics/usage", "analytics"),
        ("GET", "/api/v1/members", None),
        ("POST", "/api/v1/api-keys", None),
        ("POST", "/api/v1/password/change", None),
        ("GET", "/api/v1/notifications", None),
        ("GET", "/chatter", None),
        ("GET", "/api/v1/searches", None),
        ("GET", "/admin/", None),
    ],
)
def test_every_address_has_its_scope(method: str, path: str, scope: str | None) -> None:
    assert scope_for(method=method, path=path) == scope


def test_a_key_is_refused_where_it_was_not_made_for(manager: User) -> None:
    _row, key = made(manager, "search")
    client = program(key)
    assert client.get("/api/v1/documents").status_code == 200
    for answer in (
        client.post("/api/v1/documents", {"title": "נוהל", "content": "טקסט"}, format="json"),
        client.get("/api/v1/conversations"),
        client.get("/api/v1/members"),
        client.get("/api/v1/profile"),
        client.get("/api/v1/api-keys"),
    ):
        assert (answer.status_code, code(answer)) == (403, "scope_missing")
    with pytest.raises(ScopeMissingError):
        actor_of_key(key, method="POST", path="/chat")


def test_it_says_which_scope_is_missing(manager: User) -> None:
    _row, key = made(manager, "search")
    assert program(key).get("/api/v1/conversations").json()["details"] == {"scope": "chat"}


def test_a_page_is_not_opened_by_a_key(manager: User) -> None:
    _row, key = made(manager)
    assert Client().get("/admin/", headers={"Authorization": f"Bearer {key}"}).status_code == 302


# -- how it ends ---------------------------------------------------------------------------------------------


def revoked(row: ApiKey, owner: User) -> None:
    revoke_key(actor=actor_of(owner), key_id=row.pk)


def deactivated(_row: ApiKey, owner: User) -> None:
    boss = make_user(organization=owner.organization, role=Role.MANAGER)
    deactivate_member(actor=actor_of(boss), member_id=owner.pk)


def erased(_row: ApiKey, owner: User) -> None:
    with tenant_scope(owner.organization_id):
        owner.delete()


@pytest.mark.parametrize("end", [revoked, deactivated, erased])
def test_a_key_that_is_over_opens_nothing(manager: User, end: Callable[[ApiKey, User], None]) -> None:
    row, key = made(manager)
    end(row, manager)
    assert program(key).get("/api/v1/conversations").status_code in {401, 403}


def test_a_key_expires_on_its_day(manager: User) -> None:
    _row, key = made(manager, days=30)
    with time_machine.travel(now() + timedelta(days=29), tick=False):
        assert program(key).get("/api/v1/conversations").status_code == 200
    with time_machine.travel(now() + timedelta(days=30, minutes=1), tick=False):
        assert code(program(key).get("/api/v1/conversations")) == "token_invalid"


def test_what_is_open_by_a_key_ends_with_it(manager: User) -> None:
    row, key = made(manager)
    actor = actor_of_key(key, method="POST", path="/api/v1/ws-ticket")
    by_ticket = redeem_ticket(issue_ticket(actor))
    assert reload_actor(by_ticket) == actor
    assert outdated({actor}) == set()
    revoked(row, manager)
    assert outdated({actor}) == {actor}
    with pytest.raises(SessionEndedError):
        reload_actor(by_ticket)


def test_an_owner_who_is_no_manager_any_more_has_a_members_key(manager: User) -> None:
    _row, key = made(manager)
    boss = make_user(organization=manager.organization, role=Role.MANAGER)
    change_member(actor=actor_of(boss), member_id=manager.pk, change=MemberChange(role=Role.MEMBER))
    assert program(key).get("/api/v1/conversations").status_code == 200
    assert program(key).get("/api/v1/analytics/usage").status_code == 403


@pytest.mark.parametrize("wrong", ["sicha-", "sicha-x", "sicha-\u05d0", "sicha-" + "x" * 5000])
def test_what_is_no_key_is_refused(manager: User, wrong: str) -> None:
    made(manager)
    answer = APIClient().get("/api/v1/conversations", headers={"Authorization": f"Bearer {wrong}".encode()})
    assert answer.status_code == 401


# -- how it is kept ------------------------------------------------------------------------------------------


def test_the_key_itself_is_kept_nowhere(manager: User) -> None:
    row, key = made(manager)
    with tenant_scope(manager.organization_id):
        stored = ApiKey.objects.values().get()
    assert key not in str(stored)
    assert key.startswith(stored["beginning"])
    assert len(key) - len(row.beginning) > 32


def test_its_use_is_noted_to_the_minute(manager: User, django_assert_num_queries: Any) -> None:
    row, key = made(manager)
    with time_machine.travel(now(), tick=False):
        program(key).get("/api/v1/conversations")
        first = _last_use(row, manager)
        assert first == now()
    with time_machine.travel(first + timedelta(seconds=30), tick=False):
        program(key).get("/api/v1/conversations")
        assert _last_use(row, manager) == first
    with time_machine.travel(first + timedelta(seconds=90), tick=False):
        program(key).get("/api/v1/conversations")
        assert _last_use(row, manager) == now()


def _last_use(row: ApiKey, owner: User) -> Any:
    with tenant_scope(owner.organization_id):
        return ApiKey.objects.get(pk=row.pk).last_used_at


def test_making_and_revoking_are_in_the_trail(manager: User) -> None:
    row, _key = made(manager, "chat", days=90)
    revoked(row, manager)
    revoked(row, manager)
    with tenant_scope(manager.organization_id):
        found = [
            (entry.action, entry.target, entry.note)
            for entry in AuditEntry.objects.filter(action__startswith="api_key").order_by("number")
        ]
    assert found == [
        ("api_key.created", str(row.pk), "chat; 90 days"),
        ("api_key.revoked", str(row.pk), ""),
    ]


def test_who_may_not(manager: User, outside_manager: User, member: User, manager_actor: Actor) -> None:
    row, _key = made(manager)
    with pytest.raises(PermissionDeniedError):
        made(member)
    with pytest.raises(NotFoundError):
        revoked(row, outside_manager)
    for scopes in ((), ("everything",)):
        with pytest.raises(ScopesUnknownError):
            create_key(actor=manager_actor, wanted=WantedKey("שם", scopes))


def test_there_is_a_most_of_them(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 1)
    row, _key = made(manager)
    with pytest.raises(TooManyKeysError):
        made(manager)
    revoked(row, manager)
    made(manager)


# -- the admin and REST --------------------------------------------------------------------------------------

PAGE = "/admin/accounts/apikey/"


def test_a_manager_makes_one_and_sees_it_once(browser: BrowserOf, manager: User) -> None:
    page = browser(manager)
    said = page.post(f"{PAGE}add/", {"name": "מערכת הפניות", "scopes": ["chat"], "days": "90"})
    shown = said.content.decode()
    with tenant_scope(manager.organization_id):
        row = ApiKey.objects.get()
    key = shown.partition('<code class="shown-once" dir="ltr">')[2].partition("<")[0]
    assert program(key).get("/api/v1/conversations").status_code == 200
    assert "no-store" in said.headers["Cache-Control"]
    for address in (PAGE, f"{PAGE}{row.pk}/change/"):
        later = page.get(address).content.decode()
        assert key not in later
        assert row.beginning in later


def test_a_form_without_a_purpose_says_so(browser: BrowserOf, manager: User) -> None:
    said = browser(manager).post(f"{PAGE}add/", {"name": "מערכת", "days": "90"})
    assert said.status_code == 200
    with tenant_scope(manager.organization_id):
        assert not ApiKey.objects.exists()


def test_a_manager_revokes_them_from_the_list(browser: BrowserOf, manager: User) -> None:
    row, key = made(manager)
    chosen = {"action": "revoke", "_selected_action": [str(row.pk)]}
    assert "חסרי ערך" in browser(manager).post(PAGE, chosen, follow=True).content.decode()
    assert program(key).get("/api/v1/conversations").status_code == 401


def test_programs_of_managers_manage_keys(api: ApiClientOf, manager: User) -> None:
    client = api(manager)
    wanted = {"name": "דוחות", "scopes": ["analytics"], "days": 7}
    told = client.post("/api/v1/api-keys", wanted, format="json").json()
    assert program(told["key"]).get("/api/v1/analytics/usage").status_code == 200
    (listed,) = client.get("/api/v1/api-keys").json()["results"]
    assert "key" not in listed
    assert (listed["owner"], listed["scopes"]) == (manager.username, ["analytics"])
    assert client.delete(f"/api/v1/api-keys/{told['id']}").status_code == 204
    assert program(told["key"]).get("/api/v1/analytics/usage").status_code == 401
