"""One process at a time works on a row; who lost it changes nothing; who fails waits longer each time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from prometheus_client import REGISTRY

from config.kernel.errors import ServiceUnavailableError
from config.kernel.outbox import OutboxMessage, claims, keeping, relay, rows
from config.kernel.outbox.claims import LEASE_SECONDS, LONGEST_DELAY_SECONDS, MAX_ATTEMPTS
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import RelayReport
from config.metrics import look_into_outbox
from tests.outbox import sinks
from tests.outbox.conftest import PassTime, happen, routes_received, row_of
from tests.outbox.sinks import ONE, TWO


def claimed(route: str = ONE) -> OutboxRow:
    row = claims.claim(route)
    assert row is not None
    return row


def in_threads(count: int, work: Callable[[], RelayReport]) -> list[RelayReport]:
    def run() -> RelayReport:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(run) for _ in range(count)]
    return [future.result() for future in running]


@pytest.mark.django_db
def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(pass_time: PassTime) -> None:
    happen("test.one")
    first = claimed()
    assert (claims.claim(ONE), claims.due_routes()) == (None, [])
    pass_time(LEASE_SECONDS / 4)
    assert claims.claim(ONE) is None
    pass_time(LEASE_SECONDS)
    assert claims.due_routes() == [ONE]
    second = claimed()
    assert (second.pk, second.fence, second.attempts) == (first.pk, first.fence + 1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("late", [claims.complete, lambda row: claims.fail(row, "Late"), claims.renew])
def test_who_lost_the_lease_changes_nothing(late: Callable[[OutboxRow], bool], pass_time: PassTime) -> None:
    happen("test.one")
    first = claimed()
    pass_time(LEASE_SECONDS)
    second = claimed()
    before = OutboxRow.objects.values().get()
    assert not late(first)
    assert OutboxRow.objects.values().get() == before
    assert claims.complete(second)
    done = OutboxRow.objects.values().get()
    assert not late(first)
    assert not late(second)
    assert OutboxRow.objects.values().get() == done


@pytest.mark.django_db
@pytest.mark.parametrize("ending", [lambda _message: None, sinks.refuse], ids=["done late", "failed late"])
def test_a_delivery_that_took_too_long_leaves_the_row_to_the_next(
    ending: sinks.Action, pass_time: PassTime
) -> None:
    reports: list[RelayReport] = []

    def sleep_past_the_lease(message: OutboxMessage) -> None:
        sinks.actions.clear()
        pass_time(LEASE_SECONDS + 1)
        reports.append(relay.relay())
        ending(message)

    sinks.actions[ONE] = sleep_past_the_lease
    happen("test.one")
    relay.relay()
    assert reports == [RelayReport(done=1)]
    row = row_of(ONE)
    assert row.completed_at is not None
    assert (row.fence, row.last_error, row.dead_at) == (2, "", None)


@pytest.mark.django_db
def test_a_row_is_not_delivered_while_it_is_being_delivered() -> None:
    reports: list[RelayReport] = []
    sinks.actions[ONE] = lambda _message: reports.append(relay.relay())
    happen("test.one")
    assert relay.relay() == RelayReport(done=1)
    assert reports == [RelayReport()]


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_deliver_different_rows() -> None:
    meeting = threading.Barrier(2, timeout=20)  # each holds its row until the other has one too
    sinks.actions[ONE] = lambda _message: meeting.wait()
    for number in range(2):
        happen("test.one", number=number)
    assert in_threads(2, relay.relay) == [RelayReport(done=1)] * 2
    assert {message.payload["number"] for _route, message in sinks.received} == {0, 1}


@pytest.mark.django_db(transaction=True)
def test_many_rows_and_relays_are_one_delivery_each() -> None:
    for number in range(12):
        happen(number=number)
    reports = in_threads(3, relay.relay)
    assert sum(report.done for report in reports) == 24
    delivered = [(route, message.payload["number"]) for route, message in sinks.received]
    assert sorted(delivered) == sorted((route, number) for route in (ONE, TWO) for number in range(12))


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_a_handler_works(monkeypatch: pytest.MonkeyPatch) -> None:
    renew, renewed = claims.renew, threading.Event()

    def renew_and_tell(row: OutboxRow) -> bool:
        kept = renew(row)
        renewed.set()
        return kept

    def wait_for_a_renewal(_message: OutboxMessage) -> None:
        before = row_of(ONE).leased_until
        for _ in range(2):  # the first may have begun before we looked
            renewed.clear()
            assert renewed.wait(20)
        after = row_of(ONE).leased_until
        assert before is not None
        assert after is not None
        assert after > before

    monkeypatch.setattr(claims, "renew", renew_and_tell)
    monkeypatch.setattr(keeping, "RENEW_SECONDS", 0.01)
    sinks.actions[ONE] = wait_for_a_renewal
    happen("test.one")
    assert relay.relay() == RelayReport(done=1)


@pytest.mark.django_db
def test_a_renewed_lease_lasts_on(pass_time: PassTime) -> None:
    happen("test.one")
    row = claimed()
    pass_time(LEASE_SECONDS / 2)
    assert claims.renew(row)
    pass_time(LEASE_SECONDS / 2)
    assert claims.claim(ONE) is None


def test_the_pause_grows_to_a_bound() -> None:
    pauses = [claims.delay_seconds(attempts, draw=lambda _low, high: high) for attempts in range(1, 13)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses == sorted(pauses)
    assert pauses[-1] == claims.delay_seconds(1000, draw=max) == LONGEST_DELAY_SECONDS


def test_the_pause_is_drawn_from_none_to_the_whole() -> None:
    drawn = [claims.delay_seconds(5) for _ in range(200)]
    assert all(0 <= pause <= 16 for pause in drawn)
    assert len(set(drawn)) > 100
    assert claims.delay_seconds(5, draw=min) == 0


@pytest.mark.django_db
def test_a_failed_row_comes_back_within_its_pause(pass_time: PassTime) -> None:
    sinks.actions[ONE] = sinks.refuse
    happen("test.one")
    for attempt in range(1, 6):
        relay.relay()
        row = row_of(ONE)
        wait = (row.available_at - rows.database_now()).total_seconds()
        assert (row.attempts, wait <= 2 ** (attempt - 1)) == (attempt, True)
        pass_time(LONGEST_DELAY_SECONDS)


@pytest.mark.django_db
def test_the_twelfth_failure_is_the_last(pass_time: PassTime) -> None:
    sinks.actions[ONE] = sinks.refuse
    happen("test.one")
    reports = []
    for _attempt in range(MAX_ATTEMPTS + 1):
        reports.append(relay.relay())
        pass_time(LONGEST_DELAY_SECONDS)
    assert reports == [RelayReport(failed=1)] * 11 + [RelayReport(dead=1), RelayReport()]
    assert routes_received() == [ONE] * 12
    assert (rows.pending_by_route(), rows.dead_by_route()) == ({}, {ONE: 1})


@pytest.mark.django_db
def test_a_sink_that_is_away_buries_nothing_however_long(pass_time: PassTime) -> None:
    def be_away(_message: OutboxMessage) -> None:
        raise ServiceUnavailableError

    sinks.actions[ONE] = be_away
    happen("test.one")
    for _attempt in range(3 * MAX_ATTEMPTS):
        assert relay.relay() == RelayReport(failed=1)
        wait = (row_of(ONE).available_at - rows.database_now()).total_seconds()
        assert wait <= 2 ** (claims.OUTAGE_ATTEMPTS - 1)  # so that what waited is soon there once it is back
        pass_time(LONGEST_DELAY_SECONDS)
    sinks.actions.clear()
    assert relay.relay() == RelayReport(done=1)


@pytest.mark.django_db
def test_dead_rows_are_counted_by_route() -> None:
    happen()
    OutboxRow.objects.filter(route=ONE).update(dead_at=rows.database_now())
    look_into_outbox()
    assert REGISTRY.get_sample_value("outbox_dead", {"route": ONE}) == 1
    assert REGISTRY.get_sample_value("outbox_pending", {"route": ONE}) is None
    assert REGISTRY.get_sample_value("outbox_pending", {"route": TWO}) == 1
    OutboxRow.objects.all().delete()
    look_into_outbox()
    assert REGISTRY.get_sample_value("outbox_dead", {"route": ONE}) is None


@pytest.mark.django_db
def test_a_row_that_ends_the_processes_of_its_handlers_is_given_up(pass_time: PassTime) -> None:
    happen("test.one")
    for _attempt in range(MAX_ATTEMPTS):
        claimed()  # and never heard of again
        pass_time(LEASE_SECONDS)
    assert relay.relay() == RelayReport(dead=1)
    assert (sinks.received, row_of(ONE).last_error) == ([], "Abandoned")
