"""The managers' page of what is kept: what expires, what waits, what is held, what is archived."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import AuditEntry, User
from accounts.services import organizations
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Choices
from config.kernel.errors import NotFoundError, PermissionDeniedError
from config.kernel.outbox.relay import relay
from conversations import holds, keeping, manifests, organizing, retention
from conversations.models import Conversation
from conversations.selectors import inbox
from tests.conftest import BrowserOf
from tests.conversations.archives import Away, folder, name_of, store
from tests.conversations.turns import talk

pytestmark = pytest.mark.django_db
PAGE = "/admin/conversations/hold/kept/"


@pytest.fixture(autouse=True)
def _archive(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    return browser(manager)


def test_it_counts_what_expires_waits_and_is_held(manager_actor: Actor, actor: Actor) -> None:
    organizations.choose(actor=manager_actor, choices=Choices(retention_days=40))
    kept, soon, old = (talk(actor, f"שאלה {number}").conversation_id for number in range(3))
    with tenant_scope(actor.organization_id):
        for conversation_id, days in ((soon, 20), (old, 50)):
            Conversation.objects.filter(pk=conversation_id).update(updated_at=now() - timedelta(days=days))
    retention.expire_old(actor.organization_id)
    holds.place_hold(actor=manager_actor, reason="תביעה", conversation_id=kept)
    found = keeping.keeping_of(actor=manager_actor)
    assert (found.days, found.conversations, found.expire_soon) == (40, 2, 1)
    assert (found.waiting, found.unheard) == (1, 1)
    assert (found.holds, found.held) == (1, 1)


def test_members_are_not_told(actor: Actor) -> None:
    for ask in (keeping.keeping_of, keeping.archive_of, keeping.compare_archive, keeping.deleted_of):
        with pytest.raises(PermissionDeniedError):
            ask(actor=actor)


def test_a_deleted_conversation_is_given_back_to_its_owner(
    page: Client, manager_actor: Actor, actor: Actor
) -> None:
    gone, expired = (talk(actor, f"שאלה {number}").conversation_id for number in range(2))
    for conversation_id in (gone, expired):
        organizing.delete_conversation(actor=actor, conversation_id=conversation_id)
    with tenant_scope(actor.organization_id):
        Conversation.objects.filter(pk=expired).update(expired_at=now())
    assert [each.id for each in keeping.deleted_of(actor=manager_actor)] == [gone]
    assert keeping.deleted_of(actor=manager_actor, person="nobody") == []
    said = page.get(PAGE, {"person": "dana"}).content.decode()
    assert f"kept/give-back/{gone}/" in said
    assert "שאלה 0" not in said  # nobody's words
    page.post(f"{PAGE}give-back/{gone}/")
    assert [row.id for row in inbox(actor=actor).items] == [gone]
    with tenant_scope(actor.organization_id):
        entry = AuditEntry.objects.get(action="conversation.restored")
    assert (entry.actor_id, entry.target) == (manager_actor.user_id, str(gone))
    assert "לא נמצא" in page.post(f"{PAGE}give-back/{expired}/", follow=True).content.decode()


def test_nobody_but_a_manager_gives_back_and_only_in_the_own_organization(
    actor: Actor, outside_actor: Actor, outside_manager: User
) -> None:
    theirs = talk(outside_actor, "שאלה").conversation_id
    organizing.delete_conversation(actor=outside_actor, conversation_id=theirs)
    with pytest.raises(PermissionDeniedError):
        organizing.give_back(actor=outside_actor, conversation_id=theirs)
    assert keeping.deleted_of(actor=actor_of(outside_manager)) != []


def test_a_conversation_of_another_organization_is_not_there(
    manager_actor: Actor, outside_actor: Actor
) -> None:
    theirs = talk(outside_actor, "שאלה").conversation_id
    organizing.delete_conversation(actor=outside_actor, conversation_id=theirs)
    assert keeping.deleted_of(actor=manager_actor) == []
    with pytest.raises(NotFoundError):
        organizing.give_back(actor=manager_actor, conversation_id=theirs)


def test_the_page_says_how_the_archive_stands(page: Client, actor: Actor) -> None:
    turn = talk(actor, "כמה ימי חופשה?")
    relay()
    assert "תוך יממה" in page.get(PAGE).content.decode()
    assert "יש בארכיון כל מה שצריך" in page.post(f"{PAGE}compare/", follow=True).content.decode()
    store().remove([name_of(turn)])
    said = page.post(f"{PAGE}compare/", follow=True).content.decode()
    assert "תיקייה אחת בארכיון שונה" in said
    assert "(0/1)" in said


def test_a_list_that_was_changed_and_an_archive_that_is_away_are_said(
    page: Client, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(actor, "כמה ימי חופשה?")
    relay()
    page.post(f"{PAGE}compare/")
    (name,) = (each.name for each in store().listing("manifests/"))
    found = store().get(name)
    assert found is not None
    store().put(name, b"{}", replacing=found[1])
    assert "שונתה או שאי אפשר לקרוא אותה" in page.get(PAGE).content.decode()
    monkeypatch.setattr(manifests, "object_store", lambda _alias: Away())
    assert "הארכיון אינו עונה כרגע" in page.get(PAGE).content.decode()
    assert page.post(f"{PAGE}compare/", follow=True).status_code == 200


def test_the_list_of_holds_leads_to_it(page: Client) -> None:
    assert PAGE in page.get("/admin/conversations/hold/").content.decode()
