"""The managers' page of what is kept: what expires, what waits, what is held, what is archived."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models import User
from accounts.services import organizations
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Choices
from config.kernel.errors import PermissionDeniedError
from config.kernel.outbox.relay import relay
from conversations import holds, keeping, manifests, retention
from conversations.models import Conversation
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
    for ask in (keeping.keeping_of, keeping.archive_of, keeping.compare_archive):
        with pytest.raises(PermissionDeniedError):
            ask(actor=actor)


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
