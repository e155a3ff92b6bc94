"""Who manages webhooks, how, and where none of them may lead."""

import json
from ipaddress import ip_address
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Webhook
from analytics.webhooks import managing, sending
from analytics.webhooks.addresses import AddressRefusedError
from analytics.webhooks.delivering import deliver_due
from analytics.webhooks.managing import EventsUnknownError, TooManyWebhooksError, Wanted
from config.kernel.errors import NotFoundError, PermissionDeniedError
from tests.analytics.telling import add, only, rate
from tests.conftest import BrowserOf
from tests.fakes.receiver import Receiver

# -- where they may lead -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/plain",
        "ftp://example.org/",
        "https://",
        "https://name:password@example.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/#part",
        "https://example.org/ space",
        "https://דוגמה.example/",
        "https://example.org/\n",
        "https://example.org/" + "x" * 500,
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://240.0.0.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
    ],
)
def test_addresses_that_no_webhook_may_have(manager_actor: Actor, url: str) -> None:
    with pytest.raises(AddressRefusedError):
        add(manager_actor, url)


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c", "https://1.1.1.1:8443/", "https://[2606:4700::1]/"]
)
def test_public_addresses_may_be_had(manager_actor: Actor, url: str) -> None:
    assert add(manager_actor, url).url == url


def test_a_named_network_may_be_led_to_without_tls(manager_actor: Actor, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["10.1.2.0/24"]
    assert add(manager_actor, "http://10.1.2.3/").url == "http://10.1.2.3/"
    for other in ("http://10.1.3.3/", "http://1.1.1.1/", "https://10.1.3.3/"):
        with pytest.raises(AddressRefusedError):
            add(manager_actor, other)


@pytest.mark.parametrize("hidden", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], []])
def test_a_name_that_stands_for_a_private_address_is_not_connected_to(
    actor: Actor, manager_actor: Actor, hidden: list[str], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.OUTBOX_ROUTES = {"message.rated": ["analytics.webhooks.spreading.spread"]}
    add(manager_actor, "https://inside.example/")
    rate(actor)
    monkeypatch.setattr(sending, "look_up", lambda _host, _port: list(map(ip_address, hidden)))
    deliver_due()
    assert (only(actor).error, only(actor).status_code) == ("webhook_address_refused", None)


def test_a_name_is_looked_up_once_and_connected_to_as_it_was_checked(
    actor: Actor, manager_actor: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [[ip_address("127.0.0.1")], [ip_address("10.0.0.1")]]
    monkeypatch.setattr(sending, "look_up", lambda _host, _port: found.pop(0))
    add(manager_actor, receiver.url.replace("127.0.0.1", "rebound.example"))
    rate(actor)
    deliver_due()
    ((headers, _body),) = receiver.heard
    assert headers["Host"].startswith("rebound.example:")
    assert len(found) == 1


def test_a_network_that_is_named_no_longer_is_not_led_to(
    actor: Actor, manager_actor: Actor, receiver: Receiver, settings: Any
) -> None:
    add(manager_actor, receiver.url)
    rate(actor)
    settings.WEBHOOK_NETWORKS = []
    deliver_due()
    assert (only(actor).error, receiver.heard) == ("webhook_address_refused", [])


def test_a_request_has_an_end(
    actor: Actor, manager_actor: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(manager_actor, receiver.url)
    rate(actor)
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.0)
    deliver_due()
    assert only(actor).error == "timeout"


def test_a_name_that_is_not_found_is_a_failure_like_any_other(
    actor: Actor, manager_actor: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_asked: Any, **_options: Any) -> Any:
        raise OSError("unknown")

    add(manager_actor, receiver.url.replace("127.0.0.1", "nowhere.invalid"))
    rate(actor)
    monkeypatch.setattr("socket.getaddrinfo", unknown)
    deliver_due()
    assert only(actor).error == "OSError"


# -- who manages them ----------------------------------------------------------------------------------------


def test_members_manage_none(actor: Actor, manager_actor: Actor) -> None:
    hook = add(manager_actor, "https://example.org/")
    with pytest.raises(PermissionDeniedError):
        add(actor, "https://example.org/")
    for change in (managing.send_test, managing.change_secret, managing.delete_webhook):
        with pytest.raises(PermissionDeniedError):
            change(actor=actor, webhook_id=hook.pk)
    with pytest.raises(PermissionDeniedError):
        managing.send_again(actor=actor, delivery_ids=[])


def test_events_are_chosen_among_those_there_are(manager_actor: Actor) -> None:
    for events in ((), ("message.rated", "password.reset_requested")):
        wanted = Wanted("https://example.org/", events)
        with pytest.raises(EventsUnknownError):
            managing.save_webhook(actor=manager_actor, hook=Webhook(), wanted=wanted)


def test_there_are_at_most_twenty(manager_actor: Actor) -> None:
    for number in range(20):
        add(manager_actor, f"https://example.org/{number}")
    with pytest.raises(TooManyWebhooksError):
        add(manager_actor, "https://example.org/")


def test_what_managers_do_is_in_the_audit_trail(manager_actor: Actor) -> None:
    hook = add(manager_actor, "https://example.org/")
    before = hook.secret
    managing.save_webhook(actor=manager_actor, hook=hook, wanted=Wanted(hook.url, ("gap.answered",)))
    managing.change_secret(actor=manager_actor, webhook_id=hook.pk)
    hook.refresh_from_db()
    assert hook.secret != before
    managing.delete_webhook(actor=manager_actor, webhook_id=hook.pk)
    with pytest.raises(NotFoundError):
        managing.send_test(actor=manager_actor, webhook_id=hook.pk)
    with tenant_scope(manager_actor.organization_id):
        actions = AuditEntry.objects.order_by("number").values_list("action", flat=True)
        kinds = ("created", "changed", "secret_changed", "deleted")
        assert list(actions) == [f"webhook.{each}" for each in kinds]


# -- in the admin --------------------------------------------------------------------------------------------

LIST = "/admin/analytics/webhook/"
DELIVERIES = "/admin/analytics/webhookdelivery/"


def test_a_manager_adds_tries_and_follows_one(
    browser: BrowserOf, manager: User, manager_actor: Actor, receiver: Receiver
) -> None:
    page = browser(manager)
    form = {"url": receiver.url, "events": ["message.rated", "gap.answered"], "active": "on"}
    assert page.post(f"{LIST}add/", form).status_code == 302
    with tenant_scope(manager_actor.organization_id):
        hook = Webhook.objects.get()
    shown = page.get(f"{LIST}{hook.pk}/change/").content.decode()
    assert hook.secret in shown
    page.post(f"{LIST}{hook.pk}/test/")
    assert deliver_due() == 1
    ((_headers, body),) = receiver.heard
    assert json.loads(body)["type"] == "webhook.test"
    listed = page.get(DELIVERIES).content.decode()
    assert "נמסר" in listed
    assert "204" in listed


def test_what_is_refused_stands_beside_the_form(browser: BrowserOf, manager: User) -> None:
    form = {"url": "https://10.0.0.1/", "events": ["message.rated"], "active": "on"}
    page = browser(manager).post(f"{LIST}add/", form)
    assert page.status_code == 200
    assert "https" in page.context["adminform"].form.non_field_errors()[0]
    with tenant_scope(manager.organization_id):
        assert not Webhook.objects.exists()


def test_a_manager_has_deliveries_sent_again(
    browser: BrowserOf, manager: User, actor: Actor, manager_actor: Actor, receiver: Receiver
) -> None:
    add(manager_actor, receiver.url)
    rate(actor)
    deliver_due()
    chosen = {"action": "send_again", "_selected_action": [str(only(actor).pk)]}
    said = browser(manager).post(DELIVERIES, chosen, follow=True).content.decode()
    assert "מסירה אחת נשלחת שוב" in said
    assert deliver_due() == 1
    assert len(receiver.heard) == 2
