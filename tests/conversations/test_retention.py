"""How long conversations are kept: as the organisation says, unless a hold keeps them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import AuditEntry, User
from accounts.services import organizations
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Choices
from chatbot.retention import keep_retention
from config.kernel.errors import NotFoundError
from config.kernel.outbox.relay import relay
from conversations import holds, memory, organizing
from conversations.models import Conversation, Hold, Message
from conversations.retention import purgeable
from retrieval import files, services
from retrieval.models import Document
from tests.conftest import BrowserOf
from tests.conversations.archives import folder, names
from tests.conversations.turns import talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _archive(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


def keep_for(manager: User, days: int | None) -> None:
    organizations.choose(actor=actor_of(manager), choices=Choices(retention_days=days))


def grow_old(conversation_id: UUID, organization_id: UUID, *, days: int) -> None:
    with tenant_scope(organization_id):
        Conversation.objects.filter(pk=conversation_id).update(updated_at=now() - timedelta(days=days))


@pytest.fixture
def old(actor: Actor) -> UUID:
    """A conversation in which nothing was said for forty days, with all that sinks made of it."""
    conversation_id = talk(actor, "כמה ימי חופשה מגיעים לי?", "ובשנה הבאה?").conversation_id
    upload = services.Upload("הצעה.txt", "הצעת המחיר של הספק".encode())
    files.add_file(actor=actor, conversation_id=conversation_id, upload=upload)
    relay()
    grow_old(conversation_id, actor.organization_id, days=40)
    return conversation_id


def rows_of(conversation_id: UUID, organization_id: UUID) -> int:
    with tenant_scope(organization_id):
        kept = Document.objects.filter(conversation_id=conversation_id).exclude(content="").count()
        return kept + Message.objects.filter(conversation_id=conversation_id).count()


def run() -> None:
    """Let the hourly work and the relay do what they do, twice."""
    for _ in range(2):
        keep_retention()
        relay()


def test_what_is_older_than_the_organisation_keeps_is_gone_everywhere(
    manager: User, actor: Actor, old: UUID
) -> None:
    young = talk(actor, "איפה המחסן?").conversation_id
    relay()
    keep_for(manager, 30)
    assert any(str(old) in name for name in names())
    run()
    assert rows_of(old, actor.organization_id) == 0
    with tenant_scope(actor.organization_id):
        assert [*Conversation.objects.values_list("pk", flat=True)] == [young]
        assert "retention.expired" in AuditEntry.objects.values_list("action", flat=True)
    assert len(names()) == 2
    assert not any(str(old) in name for name in names())


@pytest.mark.parametrize("days", [None, 41])
def test_nothing_is_deleted_before_its_time(manager: User, actor: Actor, old: UUID, days: int | None) -> None:
    keep_for(manager, days)
    run()
    assert rows_of(old, actor.organization_id) == 5


def test_another_organisation_keeps_its_own_time(
    manager: User, outside_actor: Actor, outside_manager: User
) -> None:
    theirs = talk(outside_actor, "שאלה").conversation_id
    grow_old(theirs, outside_actor.organization_id, days=400)
    keep_for(manager, 30)
    run()
    assert rows_of(theirs, outside_actor.organization_id) == 2


def test_what_was_deleted_by_its_owner_goes_too_and_does_not_come_back(
    manager: User, actor: Actor, old: UUID
) -> None:
    organizing.delete_conversation(actor=actor, conversation_id=old)
    keep_for(manager, 30)
    keep_retention()
    with pytest.raises(NotFoundError):
        organizing.restore_conversation(actor=actor, conversation_id=old)
    run()
    assert rows_of(old, actor.organization_id) == 0


def test_rows_wait_until_every_sink_has_forgotten(manager: User, actor: Actor, old: UUID) -> None:
    keep_for(manager, 30)
    keep_retention()
    assert rows_of(old, actor.organization_id) == 5
    assert purgeable(actor.organization_id) == []
    relay()
    assert purgeable(actor.organization_id) == [old]


def test_nothing_of_it_stays_in_memory(manager: User, actor: Actor, old: UUID) -> None:
    with tenant_scope(actor.organization_id):
        last = Message.objects.filter(conversation_id=old).latest("created_at")
        memory.branch_until(last.pk, limit=4)
    assert cache.get(f"memory:{last.pk}")
    keep_for(manager, 30)
    run()
    assert cache.get(f"memory:{last.pk}") is None


@pytest.mark.parametrize("by_person", [True, False])
def test_a_hold_stops_it_until_it_is_lifted(
    manager_actor: Actor, manager: User, actor: Actor, old: UUID, by_person: bool
) -> None:
    on: dict[str, UUID] = {"person_id": actor.user_id} if by_person else {"conversation_id": old}
    hold = holds.place_hold(actor=manager_actor, reason="תביעה תלויה ועומדת", **on)
    organizing.delete_conversation(actor=actor, conversation_id=old)
    keep_for(manager, 1)
    run()
    assert rows_of(old, actor.organization_id) == 5
    holds.lift_hold(actor=manager_actor, hold_id=hold.pk)
    run()
    assert rows_of(old, actor.organization_id) == 0
    with tenant_scope(actor.organization_id):
        told = [*AuditEntry.objects.filter(action__startswith="hold").values_list("action", "target")]
    target = str(next(iter(on.values())))
    assert told == [("hold.placed", target), ("hold.lifted", target)]


def test_a_hold_that_comes_between_the_two_steps_still_stops_the_second(
    manager_actor: Actor, manager: User, actor: Actor, old: UUID
) -> None:
    keep_for(manager, 30)
    keep_retention()
    relay()
    holds.place_hold(actor=manager_actor, reason="תביעה תלויה ועומדת", conversation_id=old)
    run()
    assert rows_of(old, actor.organization_id) >= 4


def test_a_file_of_a_held_conversation_cannot_be_removed(
    browser: BrowserOf, manager_actor: Actor, member: User, old: UUID
) -> None:
    holds.place_hold(actor=manager_actor, reason="תביעה תלויה ועומדת", conversation_id=old)
    with tenant_scope(member.organization_id):
        file = Document.objects.get(conversation_id=old)
    page = browser(member)
    said = page.post(f"/c/{old}/settings/", {"action": "remove_file", "file": str(file.pk)})
    assert said.status_code == 409
    path = f"/api/v1/conversations/{old}/files/{file.pk}"
    assert page.delete(path, headers={"origin": "http://localhost:8000"}).status_code == 409
    assert rows_of(old, member.organization_id) == 5


# -- in the admin --------------------------------------------------------------------------------------------

PAGE = "/admin/conversations/hold/"


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    return browser(manager)


def test_a_manager_places_and_lifts_a_hold(page: Client, member: User) -> None:
    form = {"person": str(member.pk), "conversation_id": "", "reason": "תביעה תלויה ועומדת"}
    assert page.post(f"{PAGE}add/", form).status_code == 302
    assert holds.is_person_held(organization_id=member.organization_id, person_id=member.pk)
    with tenant_scope(member.organization_id):
        hold = Hold.objects.get()
    page.post(PAGE, {"action": "lift", "_selected_action": [str(hold.pk)]})
    assert not holds.is_person_held(organization_id=member.organization_id, person_id=member.pk)


@pytest.mark.parametrize(
    "form",
    [
        {"reason": "סיבה"},
        {"reason": "סיבה", "conversation_id": "not an id"},
        {"reason": "סיבה", "conversation_id": "7b0f4c1e-0000-4000-8000-000000000000"},
        {"reason": "", "conversation_id": "7b0f4c1e-0000-4000-8000-000000000000"},
    ],
)
def test_a_hold_on_nothing_is_not_placed(page: Client, member: User, form: dict[str, str]) -> None:
    assert page.post(f"{PAGE}add/", {"person": "", "conversation_id": "", **form}).status_code == 200
    with tenant_scope(member.organization_id):
        assert not Hold.objects.exists()


def test_the_days_are_set_in_the_settings(page: Client, manager: User) -> None:
    row = organizations.settings_row(organization_id=manager.organization_id)
    path = f"/admin/accounts/organizationsettings/{row.pk}/change/"
    for wrong in ("0", "-1", "soon", "1.5"):
        assert page.post(path, {"retention_days": wrong, "tone": "plain"}).status_code == 200
    assert page.post(path, {"retention_days": "90", "tone": "plain"}).status_code == 302
    row.refresh_from_db()
    assert row.retention_days == 90
