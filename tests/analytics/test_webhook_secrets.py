"""Signing keys lie in the database unreadable, and outlive a change of the installation's own key."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Webhook
from analytics.webhooks import managing
from analytics.webhooks.delivering import deliver_due
from analytics.webhooks.signing import new_secret
from config.kernel.hiding import UnreadableSecretError, hidden, hidden_anew, shown
from tests.analytics.telling import add, only, rate
from tests.conftest import BrowserOf
from tests.fakes.receiver import Receiver

pytestmark = pytest.mark.django_db
LATER = "another key of the installation, as long as it has to be"


def stored(hook: Webhook) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hidden_secret FROM analytics_webhook WHERE url = %s", [hook.url])
        return str(cursor.fetchone()[0])


def again(hook: Webhook) -> Webhook:
    with tenant_scope(hook.organization_id):
        found: Webhook = Webhook.objects.get(pk=hook.pk)
    return found


def rotate(settings: Any, *, keeping_the_last: bool) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keeping_the_last else []
    settings.SECRET_KEY = LATER


def test_what_the_table_holds_is_no_key(manager_actor: Actor) -> None:
    hook = add(manager_actor, "https://example.org/hooks")
    assert hook.secret.startswith("whsec_")
    assert hook.secret not in stored(hook)
    assert again(hook).secret == hook.secret


def test_it_is_hidden_for_one_purpose() -> None:
    said = hidden("secret", salt="one")
    assert shown(said, salt="one") == "secret"
    with pytest.raises(UnreadableSecretError):
        shown(said, salt="another")


def test_it_outlives_a_change_of_the_key(manager_actor: Actor, settings: Any) -> None:
    hook = add(manager_actor, "https://example.org/hooks")
    secret = hook.secret
    rotate(settings, keeping_the_last=True)
    assert again(hook).secret == secret
    assert managing.hide_secrets_anew() == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert again(hook).secret == secret
    assert managing.hide_secrets_anew() == 0
    assert hidden_anew(stored(hook), salt="analytics.webhook") is None


def test_one_that_cannot_be_read_any_more_says_so_and_is_given_anew(
    manager_actor: Actor,
    manager: User,
    actor: Actor,
    receiver: Receiver,
    browser: BrowserOf,
    settings: Any,
) -> None:
    hook = add(manager_actor, receiver.url)
    rate(actor)
    rotate(settings, keeping_the_last=False)
    assert managing.hide_secrets_anew() == 0
    assert deliver_due() == 1
    assert only(manager_actor).error == "webhook_secret_unreadable"
    assert receiver.heard == []
    page = browser(manager).get(f"/admin/analytics/webhook/{hook.pk}/change/").content.decode()
    assert "אי אפשר לקרוא אותו עוד" in page
    managing.change_secret(actor=manager_actor, webhook_id=hook.pk)
    managing.send_again(actor=manager_actor, delivery_ids=[only(manager_actor).pk])
    with tenant_scope(hook.organization_id):
        type(only(manager_actor)).objects.update(state="waiting", due_at=hook.created_at)
        Webhook.objects.update(rests_until=hook.created_at)
    assert deliver_due() == 1
    assert len(receiver.heard) == 1


def test_an_address_may_be_changed_though_the_key_cannot_be_read(manager_actor: Actor, settings: Any) -> None:
    hook = add(manager_actor, "https://example.org/hooks")
    rotate(settings, keeping_the_last=False)
    wanted = managing.Wanted("https://example.org/elsewhere", ("message.rated",))
    managing.save_webhook(actor=manager_actor, hook=again(hook), wanted=wanted)
    assert again(hook).url == wanted.url


def test_keys_that_lay_in_plain_are_hidden_when_the_product_is_updated(manager_actor: Actor) -> None:
    hook = add(manager_actor, "https://example.org/hooks")
    plain = new_secret()
    with tenant_scope(hook.organization_id):
        Webhook.objects.update(hidden_secret=plain)
        migration = import_module("analytics.migrations.0011_hidden_secrets")
        migration.hide(SimpleNamespace(get_model=lambda _app, _name: Webhook), None)
    assert again(hook).secret == plain
    assert plain not in stored(hook)
