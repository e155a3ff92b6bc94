"""What the audit trail tells: each act of weight leaves one entry with who did it to what, and no words."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from accounts import audit
from accounts.access import actor_of
from accounts.errors import InvalidCredentialsError
from accounts.models import AuditEntry, Department, Organization, User
from accounts.services import members
from accounts.services.organizations import ensure_platform
from accounts.services.sign_in import sign_in
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from conversations import exporting, organizing, sharing
from retrieval import glossary, services, versions
from retrieval.errors import DocumentExistsError
from retrieval.models import GlossaryEntry
from tests.builders import PASSWORD
from tests.conftest import ApiClientOf, BrowserOf
from tests.conversations.turns import talk

pytestmark = pytest.mark.django_db
TEXT = "לכל עובד מגיעים 18 ימי חופשה בשנה."


def told(organization: Organization) -> list[tuple[str, UUID | None, str]]:
    with tenant_scope(organization.pk):
        entries = AuditEntry.objects.order_by("number")
        return [*entries.values_list("action", "actor_id", "target")]


def actions(organization: Organization) -> list[str]:
    return [action for action, _actor, _target in told(organization)]


def document_of(manager: Actor) -> UUID:
    made = services.create_document(actor=manager, title="נוהל", content=TEXT)
    found: UUID = made.pk
    return found


# -- signing in and out --------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_to_the_organisation_of_the_account(member: User) -> None:
    with pytest.raises(InvalidCredentialsError):
        sign_in(username=member.username, password="wrong", address="192.0.2.1")
    assert told(member.organization) == [("account.sign_in_failed", None, str(member.pk))]


def test_an_unknown_name_is_told_to_the_platform_without_the_name(member: User) -> None:
    with pytest.raises(InvalidCredentialsError):
        sign_in(username=PASSWORD, password="wrong", address="192.0.2.1")
    assert told(ensure_platform()) == [("account.sign_in_failed", None, "unknown")]
    assert told(member.organization) == []


def test_somebody_who_is_signed_in_can_fail_as_somebody_else(browser: BrowserOf, outsider: User) -> None:
    said = {"username": "nobody", "password": "wrong"}
    answer = browser(outsider).post("/login", said, content_type="application/json")
    assert answer.status_code == 401
    assert actions(ensure_platform()) == ["account.sign_in_failed"]


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_on_a_page_is_told(browser: BrowserOf, manager: User, address: str) -> None:
    browser(manager).post(address)
    assert told(manager.organization) == [("account.signed_out", manager.pk, str(manager.pk))]


def test_signing_out_of_a_program_is_told_once(api: ApiClientOf, member: User) -> None:
    said = {"username": member.username, "password": PASSWORD}
    refresh = api().post("/login", said, format="json").json()["refresh"]
    for _attempt in range(2):
        api().post("/api/v1/logout", {"refresh": refresh}, format="json")
    assert actions(member.organization) == ["account.signed_in", "account.signed_out"]


def test_a_spent_token_that_turns_up_again_is_told(api: ApiClientOf, member: User) -> None:
    said = {"username": member.username, "password": PASSWORD}
    refresh = api().post("/login", said, format="json").json()["refresh"]
    successor = api().post("/api/v1/refresh", {"refresh": refresh}, format="json").json()["refresh"]
    for used in (successor, refresh):
        api().post("/api/v1/refresh", {"refresh": used}, format="json")
    assert told(member.organization)[-1] == ("account.token_reused", None, str(member.pk))


# -- people --------------------------------------------------------------------------------------------------


def test_a_manager_signs_somebody_out_everywhere(
    api: ApiClientOf, browser: BrowserOf, manager: User, member: User
) -> None:
    page, program = browser(member), api(member)
    assert api(manager).delete(f"/api/v1/members/{member.pk}/sessions").status_code == 204
    assert page.get("/accounts/profile/").status_code == 302
    assert program.get("/api/v1/profile").status_code == 401
    member.refresh_from_db()
    assert browser(member).get("/accounts/profile/").status_code == 200
    assert told(manager.organization) == [("member.sessions_ended", manager.pk, str(member.pk))]


def test_the_admin_signs_the_selected_people_out(browser: BrowserOf, manager: User, member: User) -> None:
    page = browser(member)
    wanted = {"action": "end_sessions", "_selected_action": [str(member.pk)]}
    browser(manager).post("/admin/accounts/user/", wanted)
    assert page.get("/accounts/profile/").status_code == 302
    assert "member.sessions_ended" in actions(manager.organization)


def test_deactivating_is_one_entry(manager_actor: Actor, member: User) -> None:
    members.deactivate_member(actor=manager_actor, member_id=member.pk)
    assert actions(member.organization) == ["member.deactivated"]


# -- documents -----------------------------------------------------------------------------------------------


def replace(manager: Actor, document_id: UUID) -> None:
    incoming = versions.Incoming("נוהל חדש: 21 ימים בשנה.")
    versions.add_version(actor=manager, document_id=document_id, incoming=incoming)


def restore(manager: Actor, document_id: UUID) -> None:
    replace(manager, document_id)
    versions.restore_version(actor=manager, document_id=document_id, number=1)


def change(**fields: object) -> Callable[[Actor, UUID], None]:
    def act(manager: Actor, document_id: UUID) -> None:
        changes = services.DocumentChanges(**fields)  # type: ignore[arg-type]
        services.update_document(actor=manager, document_id=document_id, changes=changes)

    return act


def delete(manager: Actor, document_id: UUID) -> None:
    services.delete_document(actor=manager, document_id=document_id)


@pytest.mark.parametrize(
    ("act", "told_of"),
    [
        (replace, ["document.replaced"]),
        (restore, ["document.replaced", "document.version_restored"]),
        (change(title="נוהל חופשה"), ["document.changed"]),
        (change(content="טקסט אחר."), ["document.changed"]),
        (change(title="נוהל", content=TEXT, department_ids=[]), []),
        (delete, ["document.deleted"]),
    ],
)
def test_what_is_done_to_a_document_is_told(
    manager_actor: Actor,
    organization: Organization,
    act: Callable[[Actor, UUID], None],
    told_of: list[str],
) -> None:
    document_id = document_of(manager_actor)
    act(manager_actor, document_id)
    assert told(organization) == [
        (action, manager_actor.user_id, str(document_id)) for action in ["document.created", *told_of]
    ]


def test_other_readers_of_a_document_are_told(manager_actor: Actor, department: Department) -> None:
    document_id = document_of(manager_actor)
    for departments in ([department.pk], [department.pk], []):
        change(department_ids=departments)(manager_actor, document_id)
    assert actions(department.organization)[1:] == ["document.readers_changed"] * 2


def test_a_document_that_is_refused_leaves_no_entry(manager_actor: Actor, organization: Organization) -> None:
    document_of(manager_actor)
    with pytest.raises(DocumentExistsError):
        document_of(manager_actor)
    assert actions(organization) == ["document.created"]


def test_the_glossary_tells(manager: User, browser: BrowserOf) -> None:
    actor = actor_of(manager)
    with tenant_scope(actor.organization_id):
        entry = glossary.save_entry(actor=actor, entry=GlossaryEntry(), terms="שכר, משכורת")
    browser(manager).post(f"/admin/retrieval/glossaryentry/{entry.pk}/delete/", {"post": "yes"})
    assert actions(manager.organization) == ["glossary.changed", "glossary.deleted"]


# -- conversations and figures -------------------------------------------------------------------------------


def test_sharing_exporting_and_deleting_a_conversation_is_told(
    actor: Actor, organization: Organization
) -> None:
    conversation_id = talk(actor, "כמה ימי חופשה מגיעים לי?").conversation_id
    wanted: Any = {"actor": actor, "conversation_id": conversation_id}
    sharing.share_conversation(**wanted)
    for _attempt in range(2):
        sharing.unshare_conversation(**wanted)
    exporting.export_conversation(**wanted, kind="json")
    organizing.delete_conversation(**wanted)
    organizing.restore_conversation(**wanted)
    verbs = ["shared", "unshared", "exported", "deleted", "restored"]
    assert told(organization) == [
        (f"conversation.{verb}", actor.user_id, str(conversation_id)) for verb in verbs
    ]


def test_saving_figures_is_told(browser: BrowserOf, manager: User) -> None:
    browser(manager).get("/admin/analytics/dailyusage/dashboard/", {"format": "csv"})
    assert actions(manager.organization) == ["dashboard.exported"]


def test_an_operator_reads_the_platforms_own_trail_alone(
    browser: BrowserOf, operator: User, member: User
) -> None:
    with pytest.raises(InvalidCredentialsError):
        sign_in(username="nobody", password="wrong", address="192.0.2.1")
    with tenant_scope(member.organization_id):
        audit.record("member.approved", actor_id=None, target=member.pk)
    page = browser(operator).get("/admin/accounts/auditentry/").content.decode()
    assert page.count("field-number") == 1
    assert str(member.pk) not in page
