"""The admin pages of people: managers in their organisation, operators over all, nobody else."""

import re
from typing import Any

import pytest

from accounts.models import AuditEntry, Department, Invitation, Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Role
from tests.builders import make_department, make_user
from tests.conftest import BrowserOf

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"
DEPARTMENTS = "/admin/accounts/department/"
INVITATIONS = "/admin/accounts/invitation/"
ORGANIZATIONS = "/admin/accounts/organization/"


def text_of(page: Any) -> str:
    return str(page.content.decode())


def change_form(user: User) -> str:
    return f"{USERS}{user.pk}/change/"


@pytest.fixture
def manager_page(browser: BrowserOf, manager: User) -> Any:
    return browser(manager)


@pytest.fixture
def operator_page(browser: BrowserOf, operator: User) -> Any:
    return browser(operator)


# -- who sees what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [USERS, DEPARTMENTS, INVITATIONS, ORGANIZATIONS])
def test_it_is_closed_to_others(browser: BrowserOf, member: User, path: str) -> None:
    strangers = browser(None).get(path, follow=True)
    assert strangers.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert browser(member).get(path, follow=True).status_code == 403


def test_a_manager_sees_the_own_organisation_only(
    manager_page: Any, member: User, outsider: User, other_organization: Organization
) -> None:
    make_department("זרה לגמרי", organization=other_organization)
    people, departments = text_of(manager_page.get(USERS)), text_of(manager_page.get(DEPARTMENTS))
    assert "dana" in people
    assert "tamar" not in people
    assert "משאבי אנוש" in departments
    assert "זרה לגמרי" not in departments
    assert manager_page.get(ORGANIZATIONS).status_code == 403


def test_it_is_in_hebrew(manager_page: Any, member: User) -> None:
    html = text_of(manager_page.get(USERS))
    assert 'lang="he"' in html
    assert 'dir="rtl"' in html
    assert "אישור החשבונות שנבחרו" in html
    assert "המתנה לאישור" in html


def test_people_of_other_organisations_do_not_exist(manager_page: Any, outsider: User) -> None:
    for path in (change_form(outsider), f"{USERS}{outsider.pk}/history/", f"{USERS}{outsider.pk}/delete/"):
        page = manager_page.get(path)
        assert page.status_code in {302, 403, 404}
        assert "tamar" not in text_of(page)
    manager_page.post(change_form(outsider), {"role": "manager", "status": "deactivated", "department": ""})
    outsider.refresh_from_db()
    assert (outsider.role, outsider.status) == ("member", "active")


def test_an_operator_sees_organisations_and_people_and_nothing_of_theirs(
    operator_page: Any, member: User, outsider: User
) -> None:
    people = text_of(operator_page.get(USERS))
    assert "dana" in people
    assert "tamar" in people
    assert "אופק" in text_of(operator_page.get(ORGANIZATIONS))
    assert operator_page.get(DEPARTMENTS).status_code == 403
    assert operator_page.get(INVITATIONS).status_code == 403
    index = text_of(operator_page.get("/admin/"))
    assert "/admin/accounts/user/" in index
    assert "/admin/accounts/department/" not in index


# -- people --------------------------------------------------------------------------------------------------


def test_waiting_people_are_approved_from_the_list(manager_page: Any, manager: User, outsider: User) -> None:
    waiting = make_user("lea", organization=manager.organization, status=AccountStatus.PENDING)
    User.directory.filter(pk=outsider.pk).update(status=AccountStatus.PENDING)
    body = {"action": "approve", "_selected_action": [waiting.pk, outsider.pk, manager.pk]}
    assert "חשבונות שעודכנו: 1" in text_of(manager_page.post(USERS, body, follow=True))
    waiting.refresh_from_db()
    outsider.refresh_from_db()
    assert (waiting.status, outsider.status) == ("active", "pending")


def test_people_are_deactivated_from_the_list_but_not_oneself(
    manager_page: Any, manager: User, member: User, other_member: User
) -> None:
    body = {"action": "deactivate", "_selected_action": [member.pk, other_member.pk, manager.pk]}
    assert "חשבונות שעודכנו: 2" in text_of(manager_page.post(USERS, body, follow=True))
    assert User.directory.filter(status="deactivated").count() == 2
    assert manager_page.get(USERS).status_code == 200


def test_role_department_and_status_are_changed_in_the_form(
    manager_page: Any, member: User, other_department: Department
) -> None:
    body = {"role": "manager", "status": "deactivated", "department": other_department.pk}
    assert manager_page.post(change_form(member), body).status_code == 302
    member.refresh_from_db()
    assert (member.role, member.status) == ("manager", "deactivated")
    assert member.department_id == other_department.pk
    assert member.session_version == 2
    with tenant_scope(member.organization_id):
        actions = {*AuditEntry.objects.values_list("action", flat=True)}
    assert actions == {"member.became_manager", "member.moved", "member.deactivated"}


def test_what_the_form_does_not_offer_is_not_taken(
    manager_page: Any, member: User, other_organization: Organization
) -> None:
    foreign = make_department(organization=other_organization)
    good = {"role": "member", "status": "active", "department": ""}
    for wish in ({"role": "operator"}, {"status": "pending"}, {"department": foreign.pk}):
        page = manager_page.post(change_form(member), {**good, **wish})
        assert page.status_code == 200
        assert "errorlist" in text_of(page)
    sly = {
        "username": "boss",
        "email": "x@example.test",
        "organization": other_organization.pk,
        "is_staff": "1",
    }
    manager_page.post(change_form(member), {**good, **sly, "session_version": 9, "password": "x"})
    fresh = User.directory.get(pk=member.pk)
    assert (fresh.username, fresh.email, fresh.role) == ("dana", "dana@example.test", "member")
    assert (fresh.organization_id, fresh.password) == (member.organization_id, member.password)


def test_the_own_role_and_status_are_not_in_the_own_form(manager_page: Any, manager: User) -> None:
    html = text_of(manager_page.get(change_form(manager)))
    assert not re.search(r'name="(role|status)"', html)
    manager_page.post(change_form(manager), {"role": "operator", "status": "deactivated", "department": ""})
    manager.refresh_from_db()
    assert (manager.role, manager.status) == ("manager", "active")


def test_people_are_neither_added_nor_deleted_here(manager_page: Any, member: User) -> None:
    assert manager_page.get(f"{USERS}add/").status_code == 403
    assert manager_page.post(f"{USERS}{member.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in text_of(manager_page.get(USERS))


def test_an_operator_gives_an_organisation_a_manager(
    operator_page: Any, member: User, operator: User
) -> None:
    assert '<select name="department"' not in text_of(operator_page.get(change_form(member)))
    assert operator_page.post(change_form(member), {"role": "manager", "status": "active"}).status_code == 302
    member.refresh_from_db()
    assert member.role == "manager"
    assert operator_page.get(change_form(operator)).status_code == 200


def test_lists_can_be_searched_and_filtered(manager_page: Any, member: User, other_member: User) -> None:
    html = text_of(manager_page.get(USERS, {"q": "yossi"}))
    assert "yossi" in html
    assert "dana@" not in html
    narrowed = text_of(manager_page.get(USERS, {"department__id__exact": str(member.department_id)}))
    assert "dana@" in narrowed
    assert "yossi@" not in narrowed


# -- departments ---------------------------------------------------------------------------------------------


def test_departments_are_kept(manager_page: Any, manager: User) -> None:
    assert manager_page.post(f"{DEPARTMENTS}add/", {"name": "  מחקר  ופיתוח"}).status_code == 302
    with tenant_scope(manager.organization_id):
        department = Department.objects.get()
    assert department.name == "מחקר ופיתוח"
    again = manager_page.post(f"{DEPARTMENTS}add/", {"name": "מחקר ופיתוח"})
    assert "כבר קיימת מחלקה בשם הזה." in text_of(again)
    path = f"{DEPARTMENTS}{department.pk}/"
    assert manager_page.post(f"{path}change/", {"name": "פיתוח"}).status_code == 302
    assert manager_page.post(f"{path}delete/", {"post": "yes"}).status_code == 302
    with tenant_scope(manager.organization_id):
        assert not Department.objects.exists()
        assert AuditEntry.objects.count() == 3


def test_departments_are_deleted_from_the_list(manager_page: Any, department: Department) -> None:
    body = {"action": "delete_selected", "_selected_action": [department.pk], "post": "yes"}
    assert manager_page.post(DEPARTMENTS, body).status_code == 302
    with tenant_scope(department.organization_id):
        assert not Department.objects.exists()


def test_departments_of_other_organisations_cannot_be_touched(
    manager_page: Any, other_organization: Organization
) -> None:
    foreign = make_department("זרה", organization=other_organization)
    manager_page.post(f"{DEPARTMENTS}{foreign.pk}/change/", {"name": "שלי"})
    manager_page.post(f"{DEPARTMENTS}{foreign.pk}/delete/", {"post": "yes"})
    foreign.refresh_from_db()
    assert foreign.name == "זרה"


# -- invitations ---------------------------------------------------------------------------------------------


def test_the_link_of_an_invitation_is_shown_once(
    manager_page: Any, manager: User, department: Department
) -> None:
    body = {"email": "lea@example.test", "role": "manager", "department": department.pk}
    shown = text_of(manager_page.post(f"{INVITATIONS}add/", body, follow=True))
    found = re.search(r"http://testserver(/accounts/register/\?invitation=[\w-]{43})", shown)
    assert found is not None
    assert 'name="invitation"' in text_of(type(manager_page)().get(found[1]))
    later = text_of(manager_page.get(INVITATIONS))
    assert "lea@example.test" in later
    assert "invitation=" not in later
    with tenant_scope(manager.organization_id):
        assert Invitation.objects.get().role == Role.MANAGER


def test_invitations_are_revoked_and_never_changed(manager_page: Any, manager: User) -> None:
    manager_page.post(f"{INVITATIONS}add/", {"email": "", "role": "member", "department": ""})
    with tenant_scope(manager.organization_id):
        invitation = Invitation.objects.get()
    assert manager_page.post(f"{INVITATIONS}{invitation.pk}/change/", {"role": "manager"}).status_code == 403
    assert manager_page.get(f"{INVITATIONS}{invitation.pk}/change/").status_code == 200
    manager_page.post(INVITATIONS, {"action": "revoke", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert "בוטלה" in text_of(manager_page.get(INVITATIONS))


def test_nobody_is_invited_as_an_operator_or_into_a_foreign_department(
    manager_page: Any, manager: User, other_organization: Organization
) -> None:
    foreign = make_department("זרה", organization=other_organization)
    assert "זרה" not in text_of(manager_page.get(f"{INVITATIONS}add/"))
    for wish in ({"role": "operator"}, {"role": "member", "department": foreign.pk}):
        assert (
            manager_page.post(f"{INVITATIONS}add/", {"email": "", "department": "", **wish}).status_code
            == 200
        )
    with tenant_scope(manager.organization_id):
        assert not Invitation.objects.exists()


def test_a_manager_who_is_demoted_is_out_at_once(manager_page: Any, manager: User) -> None:
    assert manager_page.get(USERS).status_code == 200
    User.directory.filter(pk=manager.pk).update(role="member")
    assert manager_page.get(USERS, follow=True).status_code == 403


def test_the_admin_has_no_doors_of_its_own(manager_page: Any) -> None:
    assert manager_page.get("/admin/password_change/").headers["Location"] == "/accounts/password-change/"
    assert "sessionid" in manager_page.cookies
    manager_page.post("/admin/logout/")
    assert manager_page.get("/accounts/profile/").status_code == 302
