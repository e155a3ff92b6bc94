"""Who may create an account, where it is put, and as what."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.models import Department, Invitation, Organization, User
from accounts.services.invitations import Offer, create_invitation, revoke_invitation
from accounts.services.registration import NewAccount
from accounts.services.registration import register as register_account
from accounts.tenancy import tenant_scope
from accounts.types import Role
from config.kernel.errors import DomainError
from tests.accounts.conftest import ACCOUNT, Register
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db


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


def register_together(accounts: list[dict[str, Any]]) -> list[User]:
    """Register all at the same moment; return those who were let in."""
    together = threading.Barrier(len(accounts))

    def join(said: dict[str, Any]) -> User | None:
        account = NewAccount(said["username"], f"{said['username']}@example.test", ACCOUNT["password"])
        together.wait()
        try:
            return register_account(
                account=account, organization=said.get("to", ""), invitation=said.get("by", "")
            )
        except DomainError:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(accounts)) as threads:
        return [user for user in threads.map(join, accounts) if user is not None]


@pytest.mark.django_db(transaction=True)
def test_of_parallel_uses_of_an_invitation_one_counts(manager: User) -> None:
    _invitation, token = create_invitation(actor=actor_of(manager), offer=Offer())
    joined = register_together([{"username": f"person{n}", "by": token} for n in range(4)])
    assert len(joined) == 1
    assert User.directory.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_parallel_founders_one_becomes_the_manager() -> None:
    joined = register_together([{"username": f"person{n}", "to": "חברה חדשה"} for n in range(4)])
    assert sorted((user.role, user.status) for user in joined) == [
        ("manager", "active"),
        *[("member", "pending")] * 3,
    ]
    assert Organization.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_parallel_claims_of_a_username_one_counts() -> None:
    joined = register_together([{"username": "rivka", "to": f"חברה {n}"} for n in range(4)])
    assert len(joined) == 1
    assert Organization.objects.count() == 1
