"""Managers and their people; everybody else, and everybody elsewhere, has no part in it."""

import uuid
from typing import Any

import pytest

from accounts.access import actor_of
from accounts.errors import OwnAccountError, RoleNotGrantableError
from accounts.models import AuditEntry, Department, User
from accounts.services.members import MemberChange, approve_member, change_member, deactivate_member
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Role
from config.kernel.errors import NotFoundError, PermissionDeniedError
from tests.builders import make_department, make_user
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db


def test_a_manager_lists_the_people_of_the_own_organisation(
    api: ApiClientOf, manager: User, member: User, other_member: User, outsider: User
) -> None:
    body = api(manager).get("/api/v1/members").json()
    assert [person["username"] for person in body["results"]] == ["yossi", "dana", "noa"]
    assert body["next_cursor"] is None
    assert body["results"][1]["department"]["name"] == "משאבי אנוש"


def test_the_list_can_be_narrowed_and_paged(api: ApiClientOf, manager: User) -> None:
    for _ in range(3):
        make_user(organization=manager.organization, status=AccountStatus.PENDING)
    waiting = api(manager).get("/api/v1/members?status=pending&limit=2").json()
    assert len(waiting["results"]) == 2
    rest = api(manager).get(f"/api/v1/members?status=pending&limit=2&cursor={waiting['next_cursor']}").json()
    assert len(rest["results"]) == 1
    assert api(manager).get("/api/v1/members?status=unknown").status_code == 400


def test_approving_lets_a_waiting_person_in(api: ApiClientOf, manager: User) -> None:
    waiting = make_user("lea", organization=manager.organization, status=AccountStatus.PENDING)
    answer = api(manager).post(f"/api/v1/members/{waiting.pk}/approve")
    assert (answer.status_code, answer.json()["status"]) == (200, "active")
    assert api(User.directory.get(pk=waiting.pk)).get("/api/v1/profile").status_code == 200


def test_deactivating_shuts_a_person_out_at_once(api: ApiClientOf, manager: User, member: User) -> None:
    program = api(member)
    answer = api(manager).post(f"/api/v1/members/{member.pk}/deactivate")
    assert (answer.status_code, answer.json()["status"]) == (200, "deactivated")
    assert program.get("/api/v1/profile").status_code == 401
    api(manager).post(f"/api/v1/members/{member.pk}/approve")
    assert program.get("/api/v1/profile").json()["code"] == "session_ended"  # what ended stays ended


def test_role_and_department_can_be_changed(
    api: ApiClientOf, manager: User, member: User, other_department: Department
) -> None:
    path = f"/api/v1/members/{member.pk}"
    moved = api(manager).patch(path, {"department": str(other_department.pk)}, format="json").json()
    assert (moved["department"]["name"], moved["role"]) == ("כספים", "member")
    raised = api(manager).patch(path, {"role": "manager", "department": None}, format="json").json()
    assert (raised["department"], raised["role"]) == (None, "manager")
    assert api(manager).get(path).json() == raised
    with tenant_scope(manager.organization_id):
        actions = [*AuditEntry.objects.order_by("at").values_list("action", flat=True)]
    assert actions == ["member.moved", "member.became_manager", "member.moved"]


def test_nobody_is_made_an_operator(api: ApiClientOf, manager: User, member: User) -> None:
    answer = api(manager).patch(f"/api/v1/members/{member.pk}", {"role": "operator"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_grantable")


@pytest.mark.parametrize(("path", "body"), [("", {"role": "member"}), ("/deactivate", {}), ("/approve", {})])
def test_nobody_changes_the_own_role_or_status(
    api: ApiClientOf, manager: User, path: str, body: dict[str, str]
) -> None:
    client = api(manager)
    send = client.post if path else client.patch
    answer = send(f"/api/v1/members/{manager.pk}{path}", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_account")


OPERATIONS = [
    ("get", ""),
    ("patch", ""),
    ("post", "/approve"),
    ("post", "/deactivate"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_people_of_other_organisations_do_not_exist(
    api: ApiClientOf, manager: User, outsider: User, method: str, path: str
) -> None:
    answers = [
        getattr(api(manager), method)(
            f"/api/v1/members/{member_id}{path}", {"role": "manager"}, format="json"
        )
        for member_id in (outsider.pk, uuid.uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    outsider.refresh_from_db()
    assert (outsider.role, outsider.status) == ("member", "active")


@pytest.mark.parametrize(("method", "path"), [*OPERATIONS, ("list", "")])
@pytest.mark.parametrize("who", ["nobody", "member", "outside_manager", "operator"])
def test_others_have_no_part_in_it(
    api: ApiClientOf, request: pytest.FixtureRequest, member: User, who: str, method: str, path: str
) -> None:
    client = api(None if who == "nobody" else request.getfixturevalue(who))
    url = "/api/v1/members" if method == "list" else f"/api/v1/members/{member.pk}{path}"
    answer = getattr(client, "get" if method == "list" else method)(url, {"role": "manager"}, format="json")
    if who == "outside_manager" and method == "list":
        assert [person["username"] for person in answer.json()["results"]] == ["avi"]
        return
    expected = {"nobody": 401, "member": 403, "outside_manager": 404, "operator": 403}
    assert answer.status_code == expected[who]
    member.refresh_from_db()
    assert (member.role, member.status) == ("member", "active")


@pytest.mark.parametrize(
    "body",
    [
        {"role": "king"},
        {"role": 1},
        {"department": "x"},
        {"department": {"a": 1}},
        {"department": ["a"]},
        {"role": None},
        {"departments": []},
        {"role": "manager", "departement": None},
    ],
)
def test_bad_input_changes_nothing(
    api: ApiClientOf, manager: User, member: User, body: dict[str, Any]
) -> None:
    answer = api(manager).patch(f"/api/v1/members/{member.pk}", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_a_department_of_another_organisation_does_not_exist(
    api: ApiClientOf, manager: User, member: User, outsider: User
) -> None:
    foreign = make_department(organization=outsider.organization)
    for department_id in (foreign.pk, uuid.uuid4()):
        body = {"department": str(department_id)}
        assert api(manager).patch(f"/api/v1/members/{member.pk}", body, format="json").status_code == 404


def test_the_services_do_not_rely_on_the_views(
    manager: User, member: User, outsider: User, operator: User
) -> None:
    with pytest.raises(PermissionDeniedError):
        approve_member(actor=actor_of(member), member_id=manager.pk)
    with pytest.raises(NotFoundError):
        deactivate_member(actor=actor_of(manager), member_id=outsider.pk)
    with pytest.raises(OwnAccountError):
        change_member(actor=actor_of(manager), member_id=manager.pk, change=MemberChange(role=Role.MEMBER))
    with pytest.raises(RoleNotGrantableError):
        change_member(actor=actor_of(operator), member_id=member.pk, change=MemberChange(role=Role.OPERATOR))


def test_an_operator_can_give_an_organisation_a_new_manager(operator: User, member: User) -> None:
    change_member(actor=actor_of(operator), member_id=member.pk, change=MemberChange(role=Role.MANAGER))
    with tenant_scope(member.organization_id):
        assert AuditEntry.objects.get().actor_id == operator.pk
    member.refresh_from_db()
    assert member.role == "manager"


def test_a_manager_of_the_platform_cannot_touch_operators(operator: User) -> None:
    boss = make_user("boss", organization=operator.organization, role=Role.MANAGER)
    with pytest.raises(PermissionDeniedError):
        deactivate_member(actor=actor_of(boss), member_id=operator.pk)


def test_the_audit_trail_is_never_rewritten(manager: User, member: User) -> None:
    deactivate_member(actor=actor_of(manager), member_id=member.pk)
    with tenant_scope(manager.organization_id):
        entry = AuditEntry.objects.get()
        with pytest.raises(TypeError):
            entry.save()
        with pytest.raises(TypeError):
            entry.delete()
