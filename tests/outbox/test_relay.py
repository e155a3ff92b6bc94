"""Events are written with what they tell of, and delivered on each route whatever the others do."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, transaction

from config.kernel import outbox
from config.kernel.outbox import OutboxMessage, relay, rows
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import RelayReport
from tests.outbox import sinks
from tests.outbox.conftest import ORGANIZATION, PassTime, happen, routes_received, row_of
from tests.outbox.sinks import GONE, ONE, TWO, SinkDownError


class ChangedMindError(Exception):
    """Takes a transaction back."""


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_what_it_tells_of() -> None:
    with pytest.raises(RuntimeError):
        outbox.emit("test.happened", organization_id=ORGANIZATION, payload={})
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_delivered_of_what_was_taken_back() -> None:
    def change_then_mind() -> None:
        with transaction.atomic():
            happen()
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        change_then_mind()
    assert relay.relay() == RelayReport()
    assert sinks.received == []


@pytest.mark.django_db
def test_an_event_is_one_row_for_each_route() -> None:
    happen()
    assert outbox.pending() == {ONE: 1, TWO: 1}
    happen("test.one")
    assert outbox.pending() == {ONE: 2, TWO: 1}


@pytest.mark.django_db
def test_an_event_that_nobody_waits_for_is_no_row() -> None:
    happen("test.nobody_cares")
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db
def test_a_handler_gets_the_event_as_it_was_written() -> None:
    happen("test.one", answer_id="1", count=2)
    row = row_of(ONE)
    assert relay.relay() == RelayReport(done=1)
    message = OutboxMessage(row.id, "test.one", ORGANIZATION, {"answer_id": "1", "count": 2}, row.created_at)
    assert sinks.received == [(ONE, message)]
    done = row_of(ONE)
    assert done.completed_at is not None
    assert done.leased_until is None


@pytest.mark.django_db
def test_what_is_done_is_not_done_again(pass_time: PassTime) -> None:
    happen()
    assert relay.relay().done == 2
    pass_time(3600)
    assert relay.relay() == RelayReport()
    assert outbox.pending() == {}


@pytest.mark.django_db
def test_the_longest_waiting_goes_first_within_its_route() -> None:
    for number in range(4):
        happen("test.one", number=number)
    relay.relay()
    assert [message.payload["number"] for _route, message in sinks.received] == [0, 1, 2, 3]


@pytest.mark.django_db
def test_a_round_ends_at_its_limit_and_takes_turns() -> None:
    for _ in range(3):
        happen()
    assert relay.relay(limit=4) == RelayReport(done=4)
    assert sorted(routes_received()) == [ONE, ONE, TWO, TWO]
    assert outbox.pending() == {ONE: 1, TWO: 1}


@pytest.mark.django_db
def test_a_sink_that_is_down_costs_the_others_one_attempt(patient: None) -> None:
    sinks.actions[ONE] = sinks.refuse
    for _ in range(3):
        happen()
    assert relay.relay() == RelayReport(done=3, failed=1)
    assert outbox.pending() == {ONE: 3}
    assert routes_received().count(ONE) == 1


@pytest.mark.django_db
def test_one_event_that_cannot_be_taken_does_not_hold_up_its_route(patient: None) -> None:
    def refuse_the_first(message: OutboxMessage) -> None:
        if message.payload["number"] == 0:
            raise SinkDownError

    sinks.actions[ONE] = refuse_the_first
    for number in range(3):
        happen("test.one", number=number)
    assert relay.relay() == RelayReport(failed=1)
    assert relay.relay() == RelayReport(done=2)


@pytest.mark.django_db
def test_a_handler_that_is_gone_waits_as_any_failure(settings: Any) -> None:
    settings.OUTBOX_ROUTES = {"test.happened": [GONE, "nowhere.at.all", TWO]}
    happen()
    assert relay.relay() == RelayReport(done=1, failed=2)
    assert routes_received() == [TWO]
    assert row_of(GONE).last_error == "ImportError"
    assert row_of("nowhere.at.all").last_error == "ModuleNotFoundError"


@pytest.mark.django_db
def test_a_failure_is_kept_by_its_kind_without_its_words() -> None:
    sinks.actions[ONE] = sinks.refuse
    happen("test.one")
    relay.relay()
    row = row_of(ONE)
    assert (row.last_error, row.attempts, row.leased_until) == ("SinkDownError", 1, None)


@pytest.mark.django_db
def test_a_sink_that_has_recovered_gets_what_waited(patient: None, pass_time: PassTime) -> None:
    sinks.actions[ONE] = sinks.refuse
    happen("test.one")
    relay.relay()
    sinks.actions.clear()
    assert relay.relay() == RelayReport()
    pass_time(5)
    assert relay.relay() == RelayReport(done=1)
    (_route, first), (_same, second) = sinks.received
    assert (first.id, first.payload) == (second.id, second.payload)


@pytest.mark.django_db
def test_the_age_of_what_waits_is_known(pass_time: PassTime) -> None:
    assert outbox.oldest_seconds() == 0.0
    happen("test.one")
    pass_time(90)
    happen("test.two")
    assert 90 <= outbox.oldest_seconds() < 120
    ages = {route: age for route, (_count, age) in rows.pending_by_route().items()}
    assert ages[TWO] < 30


@pytest.mark.django_db
def test_what_was_done_days_ago_is_forgotten_and_nothing_else(pass_time: PassTime) -> None:
    happen("test.one")
    relay.relay()
    pass_time(8 * 24 * 3600)
    happen("test.one")
    relay.relay()
    sinks.actions[TWO] = sinks.refuse
    happen("test.two")
    relay.relay()
    OutboxRow.objects.filter(route=TWO).update(dead_at=rows.database_now())
    assert rows.forget_completed() == 1
    assert OutboxRow.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_relay_runs_until_it_is_stopped() -> None:
    stop = threading.Event()
    sinks.actions[TWO] = lambda _message: stop.set()
    happen("test.one")
    happen("test.two")
    relay.run_relay(stop, pause=0)
    assert sorted(routes_received()) == [ONE, TWO]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outage", [DatabaseError, InterfaceError])
def test_the_relay_outlives_a_database_that_is_away(
    outage: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, rounds = threading.Event(), []

    def round_of(**_limit: int) -> RelayReport:
        rounds.append(1)
        if len(rounds) == 1:
            raise outage
        stop.set()
        return RelayReport()

    monkeypatch.setattr(relay, "relay", round_of)
    relay.run_relay(stop, pause=0)
    assert len(rounds) == 2
