"""Who may create an account, where it is put, and as what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.models import AuditEntry, Department, Invitation, Organization, User
from accounts.services.invitations import Offer, create_invitation, revoke_invitation
from accounts.tenancy import tenant_scope
from accounts.types import Role
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db
Register = Callable[..., Any]
ACCOUNT = {
    "username": "rivka",
    "password": "סיסמה טובה מאוד",
    "email": "rivka@example.test",
    "organization": "חברה חדשה",
}


@pytest.fixture
def register(api: ApiClientOf) -> Register:
    """Post a registration; keywords replace fields, None leaves one out."""

    def post(path: str = "/api/v1/register", **fields: Any) -> Any:
        body = {name: value for name, value in {**ACCOUNT, **fields}.items() if value is not None}
        return api().post(path, body, format="json")

    return post


def test_a_new_name_opens_an_organisation_with_its_manager(register: Register, api: ApiClientOf) -> None:
    answer = register()
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "active"
    assert (body["user"]["username"], body["user"]["role"]) == ("rivka", "manager")
    assert body["organization"]["name"] == "חברה חדשה"
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert client.get("/api/v1/profile").json()["id"] == body["user"]["id"]
    assert api().post("/api/v1/refresh", {"refresh": body["refresh"]}, format="json").status_code == 200


@pytest.mark.parametrize("name", ["אופק", "  אופק ", "אופק\u200f"])
def test_knowing_the_name_of_an_organisation_lets_nobody_in(
    register: Register, organization: Organization, api: ApiClientOf, name: str
) -> None:
    answer = register(organization=name)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["organization"]["id"]) == ("pending", str(organization.pk))
    assert "access" not in body
    assert "refresh" not in body
    login = api().post("/login", {name: ACCOUNT[name] for name in ("username", "password")}, format="json")
    assert (login.status_code, login.json()["code"]) == (403, "account_pending")


@pytest.mark.parametrize("name", ["ACME  Ltd", "acme ltd", "\uff21\uff23\uff2d\uff25 Ltd"])
def test_names_are_equal_without_regard_to_case_width_and_spaces(register: Register, name: str) -> None:
    assert register(organization="Acme Ltd").json()["status"] == "active"
    assert register(username="second", organization=name).json()["status"] == "pending"


def test_a_role_cannot_be_asked_for(register: Register, organization: Organization) -> None:
    wishes = {
        "role": "operator",
        "status": "active",
        "is_staff": True,
        "department": "x",
        "session_version": 9,
    }
    body = register(organization=organization.name, **wishes).json()
    assert (body["status"], body["user"]["role"]) == ("pending", "member")
    user = User.directory.get(pk=body["user"]["id"])
    assert (user.role, user.status, user.session_version) == ("member", "pending", 1)


@pytest.mark.parametrize("username", ["rivka", "RIVKA", "\uff52ivka"])
def test_a_username_is_given_once_whatever_its_case_and_width(register: Register, username: str) -> None:
    register()
    answer = register(username=username, organization="אחרת")
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")
    assert not Organization.objects.filter(name="אחרת").exists()


def test_the_platforms_organisation_cannot_be_joined_or_taken(register: Register, operator: User) -> None:
    for name in ("Sicha platform", "sicha  PLATFORM"):
        answer = register(organization=name)
        assert (answer.status_code, answer.json()["code"]) == (400, "organization_reserved")


@pytest.mark.parametrize("path", ["/register", "/api/v1/register"])
def test_both_addresses_register(register: Register, path: str) -> None:
    assert register(path).status_code == 201


# -- policy --------------------------------------------------------------------------------------------------


def test_closed_registration_admits_nobody(register: Register, settings: Any, manager: User) -> None:
    settings.REGISTRATION = "closed"
    _invitation, token = create_invitation(actor=actor_of(manager), offer=Offer())
    for invitation in (None, token):
        answer = register(invitation=invitation)
        assert (answer.status_code, answer.json()["code"]) == (403, "registration_closed")


def test_registration_by_invitation_admits_the_invited_only(
    register: Register, settings: Any, manager: User
) -> None:
    settings.REGISTRATION = "invite"
    answer = register()
    assert (answer.status_code, answer.json()["code"]) == (403, "invitation_required")
    _invitation, token = create_invitation(actor=actor_of(manager), offer=Offer())
    assert register(invitation=token, organization=None).json()["status"] == "active"


# -- invitations ---------------------------------------------------------------------------------------------


def test_an_invitation_says_where_and_as_what(
    register: Register, manager: User, department: Department
) -> None:
    offer = Offer(email="Rivka@Example.test", role=Role.MANAGER, department_id=department.pk)
    _invitation, token = create_invitation(actor=actor_of(manager), offer=offer)
    body = register(invitation=token, organization=None).json()
    user = User.directory.get(pk=body["user"]["id"])
    assert (user.organization_id, user.department_id) == (manager.organization_id, department.pk)
    assert (user.role, user.status) == ("manager", "active")


def test_an_invitation_works_once(register: Register, manager: User) -> None:
    _invitation, token = create_invitation(actor=actor_of(manager), offer=Offer())
    assert register(invitation=token, organization=None).status_code == 201
    answer = register(invitation=token, organization=None, username="second")
    assert (answer.status_code, answer.json()["code"]) == (400, "invitation_invalid")
    assert not User.directory.filter(username="second").exists()


def test_a_refused_registration_leaves_the_invitation_good(register: Register, manager: User) -> None:
    _invitation, token = create_invitation(actor=actor_of(manager), offer=Offer())
    assert register(invitation=token, organization=None, username=manager.username).status_code == 409
    assert register(invitation=token, organization=None).status_code == 201


@pytest.mark.parametrize(
    "defect", ["revoked", "expired", "another address", "another organisation", "unknown", "its hash"]
)
def test_an_invitation_that_is_not_good_admits_nobody(
    register: Register, manager: User, other_organization: Organization, defect: str
) -> None:
    offer = Offer(email="somebody@example.test" if defect == "another address" else "")
    invitation, token = create_invitation(actor=actor_of(manager), offer=offer)
    organization = other_organization.name if defect == "another organisation" else None
    if defect == "revoked":
        revoke_invitation(actor=actor_of(manager), invitation_id=invitation.pk)
    if defect == "expired":
        with tenant_scope(manager.organization_id):
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    sent = {"unknown": "x" * 43, "its hash": invitation.token_hash}.get(defect, token)
    answer = register(invitation=sent, organization=organization)
    assert (answer.status_code, answer.json()["code"]) == (400, "invitation_invalid")
    assert not User.directory.filter(username="rivka").exists()


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(field, None) for field in ACCOUNT],
        *[(field, "") for field in ACCOUNT],
        *[(field, bad) for field in ACCOUNT for bad in (7, True, ["a"], {"a": 1}, "a\0b")],
        ("username", "two words"),
        ("username", "x" * 151),
        ("username", "a\u202eb"),
        ("email", "nobody"),
        ("email", "x" * 250 + "@example.test"),
        ("organization", "x" * 201),
        ("organization", "\u202e\u2066"),
        ("display_name", 5),
        ("language", "fr"),
        ("invitation", ["x"]),
    ],
)
def test_bad_input_is_named_by_its_field(register: Register, field: str, value: Any) -> None:
    answer = register(**{field: value})
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] in {"invalid_input", "empty_text"}
    assert field in problem["details"].get("fields", {problem["details"].get("field"): ""})
    assert not User.directory.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "invalid_json"),
        ("[" * 100_000, "application/json", 400, "invalid_json"),
        ("[1]", "application/json", 400, "invalid_input"),
        ('"text"', "application/json", 400, "invalid_input"),
        ("null", "application/json", 400, "invalid_input"),
        ("username=a", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("<a/>", "text/xml", 415, "unsupported_media_type"),
        ('{"username": "\\ud800", "password": "x"}', "application/json", 400, "invalid_input"),
    ],
)
@pytest.mark.parametrize("path", ["/register", "/api/v1/login", "/api/v1/refresh", "/api/v1/password/reset"])
def test_only_json_objects_are_taken(
    api: ApiClientOf, path: str, body: str, kind: str, status: int, code: str
) -> None:
    answer = api().post(path, body, content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "password", ["קצרה", "12345678", "password", "rivka@example.test", "x" * 257], ids=lambda word: word[:20]
)
def test_weak_passwords_are_refused_with_reasons(register: Register, password: str) -> None:
    answer = register(password=password)
    assert (answer.status_code, answer.json()["code"]) == (400, "password_weak")
    assert answer.json()["details"]["fields"]["password"]


@pytest.mark.parametrize("password", ["סיסמהבעברית" * 4, "א" * 256, "aaaa bbbb", "   צירוף   "])
def test_long_hebrew_passwords_work_and_every_letter_counts(
    register: Register, api: ApiClientOf, password: str
) -> None:
    assert register(password=password).status_code == 201
    login = {"username": "rivka", "password": password}
    assert api().post("/login", login, format="json").status_code == 200
    login["password"] = password[:-1] + "ב"
    assert api().post("/login", login, format="json").status_code == 401


def test_refusals_speak_the_callers_language(register: Register, api: ApiClientOf) -> None:
    register()
    english = api().post("/register", ACCOUNT, format="json", headers={"Accept-Language": "en"})
    hebrew = api().post("/register", ACCOUNT, format="json", headers={"Accept-Language": "he-IL,en;q=0.5"})
    assert english.json()["message"] == "This username is taken."
    assert hebrew.json()["message"] == "שם המשתמש תפוס."
    assert english.json()["code"] == hebrew.json()["code"]


def test_registering_is_limited_by_address(register: Register, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "register_address": (2, 60)}
    assert [register(username=f"person{n}").status_code for n in range(3)] == [201, 201, 429]
    refused = register(username="person4")
    assert refused.json()["code"] == "rate_limited"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_a_registration_is_on_the_audit_trail(register: Register) -> None:
    body = register().json()
    with tenant_scope(body["organization"]["id"]):
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("account.created", body["user"]["id"])
