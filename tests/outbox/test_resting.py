"""After a slow failure, or while it is away, a sink is left alone for a while; a quick refusal is not."""

import pytest

from config.kernel.outbox import relay, resting
from config.kernel.outbox.relay import RelayReport
from config.kernel.outbox.resting import LONGEST_REST_SECONDS, SlowFailures
from tests.outbox import sinks
from tests.outbox.conftest import happen, routes_received
from tests.outbox.sinks import ONE, TWO


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def try_once(failures: SlowFailures, clock: Clock, *, seconds: float, fails: bool) -> None:
    with failures.timing(ONE) as attempt:
        clock.now += seconds
        attempt.failed = fails


def test_a_slow_failure_earns_a_rest_twice_as_long() -> None:
    clock = Clock()
    failures = SlowFailures(clock=clock)
    try_once(failures, clock, seconds=5, fails=True)
    assert failures.is_resting(ONE)
    assert not failures.is_resting(TWO)
    clock.now += 9
    assert failures.is_resting(ONE)
    clock.now += 1
    assert not failures.is_resting(ONE)


def test_no_rest_is_longer_than_its_bound() -> None:
    clock = Clock()
    failures = SlowFailures(clock=clock)
    try_once(failures, clock, seconds=600, fails=True)
    clock.now += LONGEST_REST_SECONDS
    assert not failures.is_resting(ONE)


@pytest.mark.parametrize(
    ("seconds", "fails"), [(600, False), (0.5, True)], ids=["long work", "quick refusal"]
)
def test_neither_long_work_nor_a_quick_refusal_earns_one(seconds: float, fails: bool) -> None:
    clock = Clock()
    failures = SlowFailures(clock=clock)
    try_once(failures, clock, seconds=5, fails=True)
    clock.now += 10
    try_once(failures, clock, seconds=seconds, fails=fails)
    assert not failures.is_resting(ONE)


def test_a_sink_that_is_away_is_asked_once_a_second_however_quickly_it_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resting, "OUTAGE_REST_SECONDS", 1.0)
    clock = Clock()
    failures = SlowFailures(clock=clock)
    with failures.timing(ONE) as attempt:
        attempt.failed = attempt.away = True
    assert failures.is_resting(ONE)
    clock.now += 1
    assert not failures.is_resting(ONE)


def test_that_a_sink_came_back_is_told_once() -> None:
    failures = SlowFailures(clock=Clock())
    assert not failures.has_come_back(ONE)
    with failures.timing(ONE) as attempt:
        attempt.failed = attempt.away = True
    assert [failures.has_come_back(TWO), failures.has_come_back(ONE), failures.has_come_back(ONE)] == [
        False,
        True,
        False,
    ]


@pytest.mark.django_db
def test_the_relay_leaves_a_resting_route_alone_and_serves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(relay, "slow_failures", SlowFailures(clock=clock))
    monkeypatch.setattr("config.kernel.outbox.claims.delay_seconds", lambda _attempts: 0.0)

    def hang(_message: object) -> None:
        clock.now += 10
        raise sinks.SinkDownError

    sinks.actions[ONE] = hang
    happen()
    assert relay.relay() == RelayReport(done=1, failed=1)
    happen()
    assert relay.relay() == RelayReport(done=1)
    clock.now += LONGEST_REST_SECONDS
    sinks.actions.clear()
    assert relay.relay() == RelayReport(done=2)
    assert routes_received().count(ONE) == 3
