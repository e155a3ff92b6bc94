"""Rate limits: exact over any window, told in headers, counted by the address that nobody can forge."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts import limits
from accounts.addresses import client_address, client_network
from accounts.errors import BusyError
from accounts.hashing import HashGate
from accounts.limits.in_process import InProcess
from accounts.models import User
from tests.conftest import ApiClientOf


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> InProcess:
    return InProcess(clock=clock, most_subjects=3)


def test_uses_are_counted_down_and_then_refused(store: InProcess, clock: Clock) -> None:
    states = []
    for _ in range(3):
        states.append(store.hit("a", limit=2, seconds=60))
        clock.now += 10
    assert [(state.remaining, state.reset, state.retry_after) for state in states] == [
        (1, 60, 0),
        (0, 50, 0),
        (0, 40, 40),
    ]


def test_no_window_ever_holds_more_than_the_limit(store: InProcess, clock: Clock) -> None:
    taken = []
    for _ in range(200):
        if not store.hit("a", limit=5, seconds=60).retry_after:
            taken.append(clock.now)
        clock.now += 3
    assert all(sum(start <= moment < start + 60 for moment in taken) <= 5 for start in taken)


def test_a_refused_use_does_not_prolong_the_wait(store: InProcess, clock: Clock) -> None:
    store.hit("a", limit=1, seconds=60)
    clock.now += 59
    assert store.hit("a", limit=1, seconds=60).retry_after == 1
    clock.now += 1
    assert store.hit("a", limit=1, seconds=60).retry_after == 0


def test_subjects_are_counted_apart(store: InProcess) -> None:
    store.hit("a", limit=1, seconds=60)
    assert store.hit("b", limit=1, seconds=60).retry_after == 0


def test_a_use_can_be_taken_back(store: InProcess) -> None:
    store.hit("a", limit=1, seconds=60)
    store.refund("a")
    store.refund("nobody")
    assert store.hit("a", limit=1, seconds=60).retry_after == 0


def test_memory_is_bounded_and_the_longest_unused_go_first(store: InProcess) -> None:
    for name in ("a", "b", "c", "a", "d"):
        store.hit(name, limit=5, seconds=60)
    assert {*store._uses} == {"c", "a", "d"}


def test_of_parallel_uses_exactly_the_limit_is_let_through(store: InProcess) -> None:
    with ThreadPoolExecutor(8) as threads:
        states = [*threads.map(lambda _: store.hit("a", limit=10, seconds=60), range(100))]
    assert sum(not state.retry_after for state in states) == 10


def test_a_refusal_says_which_limit_and_how_long(settings: Any) -> None:
    settings.RATE_LIMITS = {"question": (1, 60)}
    assert limits.check("question", "dana").remaining == 0
    with pytest.raises(limits.RateLimitedError) as refused:
        limits.check("question", "dana")
    assert refused.value.code == "rate_limited"
    assert refused.value.details == {"limit": "question"}
    headers = limits.limit_headers(refused.value.state)
    assert (headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("1", "0")
    assert headers["Retry-After"] == headers["RateLimit-Reset"] == "60"


def test_reads_are_limited_by_person_and_say_what_is_left(
    api: ApiClientOf, member: User, other_member: User, settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "read": (2, 60)}
    answers = [api(member).get("/api/v1/profile") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers[:2]] == ["1", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "2"
    assert int(answers[2].headers["Retry-After"]) > 0
    assert api(other_member).get("/api/v1/profile").status_code == 200


# -- addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "192.0.2.9", "10.0.0.1"),
        (0, None, "10.0.0.1"),
        (1, "192.0.2.9", "192.0.2.9"),
        (1, "1.1.1.1, 2.2.2.2, 192.0.2.9", "192.0.2.9"),
        (2, "1.1.1.1, 192.0.2.9, 10.0.0.2", "192.0.2.9"),
        (2, "192.0.2.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "192.0.2.9:443", "10.0.0.1"),
        (1, "::ffff:192.0.2.9", "192.0.2.9"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
    ],
)
def test_the_address_is_what_the_outermost_known_proxy_saw(
    settings: Any, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": "10.0.0.1"}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded
    assert client_address(meta) == address


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_limits_count_a_whole_ipv6_network_as_one(peer: str, network: str) -> None:
    assert client_network({"REMOTE_ADDR": peer}) == network


# -- hashing -------------------------------------------------------------------------------------------------


def test_the_gate_lets_no_more_through_than_it_has_slots() -> None:
    gate = HashGate(slots=1, seats=2, patience=0)
    with gate.slot():
        with pytest.raises(BusyError) as refused, gate.slot():
            pass
        assert refused.value.retry_after
    with gate.slot():
        pass


def test_the_gate_sends_on_whom_it_has_no_seat_for() -> None:
    gate = HashGate(slots=1, seats=1, patience=600)
    with gate.slot(), pytest.raises(BusyError), gate.slot():
        pass


def test_a_failure_inside_gives_the_slot_back() -> None:
    gate = HashGate(slots=1, seats=1, patience=0)
    with pytest.raises(ZeroDivisionError), gate.slot():
        raise ZeroDivisionError
    with gate.slot():
        pass
