"""Departments, which everybody of the organisation sees, and invitations, which managers alone do."""

import uuid
from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import Department, Invitation, User
from accounts.services.invitations import Offer, create_invitation
from accounts.tenancy import tenant_scope
from tests.builders import make_department
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db


def test_everybody_sees_the_departments_of_the_own_organisation(
    api: ApiClientOf, member: User, other_department: Department, outsider: User
) -> None:
    make_department("זרה", organization=outsider.organization)
    body = api(member).get("/api/v1/departments").json()
    assert [department["name"] for department in body["results"]] == ["כספים", "משאבי אנוש"]


def test_a_manager_creates_renames_and_deletes(api: ApiClientOf, manager: User) -> None:
    client = api(manager)
    created = client.post("/api/v1/departments", {"name": "  מחקר   ופיתוח "}, format="json")
    assert (created.status_code, created.json()["name"]) == (201, "מחקר ופיתוח")
    path = f"/api/v1/departments/{created.json()['id']}"
    assert client.patch(path, {"name": "פיתוח"}, format="json").json()["name"] == "פיתוח"
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404


def test_deleting_a_department_keeps_its_people(api: ApiClientOf, manager: User, member: User) -> None:
    assert api(manager).delete(f"/api/v1/departments/{member.department_id}").status_code == 204
    member.refresh_from_db()
    assert member.department_id is None


def test_a_name_is_given_once_in_an_organisation(
    api: ApiClientOf, manager: User, department: Department, outside_manager: User
) -> None:
    body = {"name": department.name}
    refused = api(manager).post("/api/v1/departments", body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "department_exists")
    assert api(outside_manager).post("/api/v1/departments", body, format="json").status_code == 201


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "x" * 201, 5, None, ["a"], "\u2066"])
def test_bad_names_are_refused(api: ApiClientOf, manager: User, name: Any) -> None:
    answer = api(manager).post("/api/v1/departments", {"name": name}, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"invalid_input", "empty_text"}


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("member", 403), ("operator", 403)])
def test_only_managers_change_departments(
    api: ApiClientOf, request: pytest.FixtureRequest, department: Department, who: str, status: int
) -> None:
    client = api(None if who == "nobody" else request.getfixturevalue(who))
    path = f"/api/v1/departments/{department.pk}"
    answers = [
        client.post("/api/v1/departments", {"name": "חדשה"}, format="json"),
        client.patch(path, {"name": "חדשה"}, format="json"),
        client.delete(path),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3


def test_departments_of_other_organisations_do_not_exist(
    api: ApiClientOf, outside_manager: User, department: Department
) -> None:
    client = api(outside_manager)
    for department_id in (department.pk, uuid.uuid4()):
        path = f"/api/v1/departments/{department_id}"
        assert client.patch(path, {"name": "x"}, format="json").status_code == 404
        assert client.delete(path).status_code == 404
    department.refresh_from_db()


# -- invitations ---------------------------------------------------------------------------------------------


def test_the_token_of_an_invitation_is_told_once(
    api: ApiClientOf, manager: User, department: Department
) -> None:
    wanted = {"email": "Lea@Example.test", "role": "manager", "department": str(department.pk)}
    answer = api(manager).post("/api/v1/invitations", wanted, format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["email"], body["role"]) == ("lea@example.test", "manager")
    assert body["department"]["id"] == str(department.pk)
    assert body["link"] == f"http://testserver/accounts/register/?invitation={body['token']}"
    listed = api(manager).get("/api/v1/invitations").json()["results"]
    assert [invitation["id"] for invitation in listed] == [body["id"]]
    assert body["token"] not in str(listed)
    with tenant_scope(manager.organization_id):
        assert body["token"] not in str(Invitation.objects.values())


def test_revoking_twice_is_revoking_once(api: ApiClientOf, manager: User) -> None:
    invitation, _token = create_invitation(actor=actor_of(manager), offer=Offer())
    path = f"/api/v1/invitations/{invitation.pk}"
    assert [api(manager).delete(path).status_code for _ in range(2)] == [204, 204]
    listed = api(manager).get("/api/v1/invitations").json()["results"]
    assert listed[0]["revoked_at"] is not None


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("member", 403), ("operator", 403)])
def test_only_managers_invite(
    api: ApiClientOf, request: pytest.FixtureRequest, manager: User, who: str, status: int
) -> None:
    invitation, _token = create_invitation(actor=actor_of(manager), offer=Offer())
    client = api(None if who == "nobody" else request.getfixturevalue(who))
    answers = [
        client.get("/api/v1/invitations"),
        client.post("/api/v1/invitations", {}, format="json"),
        client.delete(f"/api/v1/invitations/{invitation.pk}"),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3


def test_invitations_of_other_organisations_do_not_exist(
    api: ApiClientOf, manager: User, outside_manager: User
) -> None:
    invitation, _token = create_invitation(actor=actor_of(manager), offer=Offer())
    client = api(outside_manager)
    assert client.get("/api/v1/invitations").json()["results"] == []
    for invitation_id in (invitation.pk, uuid.uuid4()):
        assert client.delete(f"/api/v1/invitations/{invitation_id}").status_code == 404
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_nobody_is_invited_as_an_operator(api: ApiClientOf, manager: User) -> None:
    answer = api(manager).post("/api/v1/invitations", {"role": "operator"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_grantable")


def test_nobody_is_invited_into_a_foreign_department(api: ApiClientOf, manager: User, outsider: User) -> None:
    foreign = make_department(organization=outsider.organization)
    answer = api(manager).post("/api/v1/invitations", {"department": str(foreign.pk)}, format="json")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body",
    [{"email": "nobody"}, {"email": 5}, {"role": "king"}, {"department": "x"}, {"role": ["member"]}, []],
)
def test_bad_input_invites_nobody(api: ApiClientOf, manager: User, body: Any) -> None:
    answer = api(manager).post("/api/v1/invitations", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
