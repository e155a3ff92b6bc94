"""Webhooks: programs elsewhere are told what happens, signed, again and again until they have heard it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.types import Actor
from analytics.webhooks import managing
from analytics.webhooks.delivering import deliver_due, forget_old_deliveries
from analytics.webhooks.spreading import spread
from config.kernel.outbox import OutboxMessage
from config.kernel.outbox.models import OutboxRow
from tests.analytics.telling import add, deliveries, only, rate
from tests.fakes.receiver import Receiver

NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_what_happened_is_told_signed_and_without_words(
    actor: Actor, manager_actor: Actor, receiver: Receiver
) -> None:
    hook = add(manager_actor, receiver.url)
    answer_id = rate(actor)
    assert deliver_due() == 1
    ((headers, body),) = receiver.heard
    told = json.loads(body)
    assert told["type"] == "message.rated"
    assert told["data"] == {"answer_id": answer_id, "rating": "up", "previous": ""}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (only(actor).state, only(actor).status_code, only(actor).attempts) == ("delivered", 204, 1)


def test_what_was_not_heard_is_told_again_under_the_same_id(
    actor: Actor, manager_actor: Actor, receiver: Receiver, clock: Any
) -> None:
    add(manager_actor, receiver.url)
    rate(actor)
    receiver.answers = [503, 302]  # nobody follows elsewhere
    for _attempt in range(3):
        assert deliver_due() == 1
        assert deliver_due() == 0  # it rests
        clock.shift(60)
    assert [headers["webhook-id"] for headers, _body in receiver.heard] == [
        receiver.heard[0][0]["webhook-id"]
    ] * 3
    assert receiver.heard[0][0]["webhook-timestamp"] != receiver.heard[2][0]["webhook-timestamp"]
    assert only(actor).state == "delivered"


def test_an_address_that_is_away_costs_one_attempt_and_holds_up_no_other(
    actor: Actor, manager_actor: Actor, receiver: Receiver, clock: Any
) -> None:
    add(manager_actor, "http://127.0.0.1:9/closed")
    add(manager_actor, receiver.url)
    for _event in range(4):
        rate(actor)
    assert deliver_due() == 1 + 4
    assert len(receiver.heard) == 4
    clock.shift(3600)
    assert deliver_due() == 1


def test_after_days_it_is_given_up_until_a_manager_has_it_sent_again(
    actor: Actor, manager_actor: Actor, receiver: Receiver, clock: Any
) -> None:
    add(manager_actor, receiver.url)
    rate(actor)
    receiver.answers = [500, 500, 500]
    deliver_due()
    clock.shift(timedelta(days=3).total_seconds())
    deliver_due()
    assert (only(actor).state, only(actor).status_code) == ("dead", 500)
    clock.shift(3600)
    assert deliver_due() == 0
    assert managing.send_again(actor=manager_actor, delivery_ids=[only(actor).pk]) == 1
    assert deliver_due() == 1
    assert only(actor).state == "waiting"  # once more in vain: tried on, as at first
    clock.shift(3600)
    deliver_due()
    assert only(actor).state == "delivered"


def test_who_says_gone_is_told_nothing_any_more(
    actor: Actor, manager_actor: Actor, receiver: Receiver
) -> None:
    hook = add(manager_actor, receiver.url)
    rate(actor)
    receiver.answers = [410]
    deliver_due()
    hook.refresh_from_db()
    assert (hook.active, only(actor).state) == (False, "dead")
    rate(actor)
    assert len(deliveries(actor)) == 1


def test_an_event_that_is_carried_out_twice_is_told_once(actor: Actor, manager_actor: Actor) -> None:
    add(manager_actor, "https://example.org/hooks", "gap.answered")
    event = OutboxMessage(manager_actor.user_id, "gap.answered", actor.organization_id, {"gap_id": "1"}, NOON)
    for _again in range(2):
        spread(event)
    assert len(deliveries(actor)) == 1


def test_each_organisation_hears_of_its_own_and_of_what_it_chose(
    actor: Actor, outside_actor: Actor, manager_actor: Actor, receiver: Receiver
) -> None:
    add(manager_actor, receiver.url, "document.uploaded")
    rate(actor)
    rate(outside_actor)
    assert OutboxRow.objects.filter(event="message.rated", completed_at=None).count() == 0
    assert deliveries(actor) == deliveries(outside_actor) == []


def test_what_waits_is_sent_after_another_process_died_with_it(
    actor: Actor, manager_actor: Actor, receiver: Receiver, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(manager_actor, receiver.url)
    rate(actor)
    with monkeypatch.context() as dying:
        dying.setattr("analytics.webhooks.delivering._settle", lambda *_told: None)
        deliver_due()
    assert deliver_due() == 0
    clock.shift(61)
    assert deliver_due() == 1
    assert only(actor).state == "delivered"


def test_old_deliveries_are_forgotten(
    actor: Actor, manager_actor: Actor, receiver: Receiver, clock: Any
) -> None:
    add(manager_actor, receiver.url)
    rate(actor)
    deliver_due()
    assert forget_old_deliveries() == 0
    clock.shift(timedelta(days=31).total_seconds())
    assert forget_old_deliveries() == 1
