"""What waited for a sink that was away is on its way as soon as the sink answers again."""

from datetime import timedelta

import pytest
from django.db.models import F

from config.kernel.errors import ServiceUnavailableError
from config.kernel.outbox import OutboxMessage, claims, relay
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import RelayReport
from config.kernel.outbox.resting import SlowFailures
from tests.outbox import sinks
from tests.outbox.conftest import PassTime, happen, routes_received
from tests.outbox.sinks import ONE, TWO

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patient")]


def be_away(_message: OutboxMessage) -> None:
    raise ServiceUnavailableError


def put_off(count: int, *, route: str = ONE) -> None:
    """Write events while their sink is away, and try each of them."""
    sinks.actions[route] = be_away
    for number in range(count):
        happen("test.one" if route == ONE else "test.two", number=number)
        assert relay.relay() == RelayReport(failed=1)
    sinks.actions.clear()
    sinks.received.clear()


def test_the_first_delivery_after_an_outage_wakes_what_waits_in_the_order_of_writing() -> None:
    put_off(3)
    assert relay.relay() == RelayReport()
    happen("test.one", number=3)
    assert relay.relay() == RelayReport(done=4)
    assert [message.payload["number"] for _route, message in sinks.received] == [3, 0, 1, 2]


def test_a_process_that_did_not_see_the_outage_wakes_them_by_one_that_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_off(3)
    first = OutboxRow.objects.earliest("created_at")
    OutboxRow.objects.filter(pk=first.pk).update(available_at=F("available_at") - timedelta(seconds=5))
    monkeypatch.setattr(relay, "slow_failures", SlowFailures(clock=lambda: 0.0))
    assert relay.relay() == RelayReport(done=3)


def test_other_routes_and_what_failed_otherwise_go_on_waiting() -> None:
    put_off(1, route=TWO)
    put_off(1)
    sinks.actions[ONE] = sinks.refuse
    happen("test.one", number=1)
    assert relay.relay() == RelayReport(failed=1)
    sinks.actions.clear()
    happen("test.one", number=2)
    assert relay.relay() == RelayReport(done=2)
    assert set(routes_received()) == {ONE}
    assert relay.relay() == RelayReport()


def test_many_are_woken_a_part_at_a_time_by_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "WOKEN_AT_ONCE", 2)
    put_off(7)
    happen("test.one")
    assert relay.relay() == RelayReport(done=8)


def test_what_another_process_holds_is_left_to_it(pass_time: PassTime) -> None:
    put_off(2)
    pass_time(5)
    held = claims.claim(ONE)
    assert held is not None
    assert claims.wake(ONE) == 0
    assert claims.complete(held)


def test_without_an_outage_nothing_is_woken(pass_time: PassTime) -> None:
    sinks.actions[ONE] = sinks.refuse
    happen("test.one")
    relay.relay()
    pass_time(1)
    sinks.actions.clear()
    happen("test.one")
    assert relay.relay() == RelayReport(done=1)
