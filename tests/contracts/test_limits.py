"""What every counter of uses promises, whoever counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from accounts.limits.in_process import InProcess
from accounts.limits.port import LimitStore
from accounts.limits.redis import RedisLimits
from tests.real_servers import stack_setting


@pytest.fixture(params=["in_process", pytest.param("redis", marks=pytest.mark.stack)])
def replicas(request: pytest.FixtureRequest) -> Iterator[tuple[LimitStore, LimitStore]]:
    """Two counters that replicas would use; a process that counts for itself has one."""
    if request.param == "in_process":
        alone = InProcess()
        yield alone, alone
        return
    url = stack_setting("REDIS_URL")
    pair = RedisLimits(url), RedisLimits(url)
    yield pair
    for each in pair:
        each.close()


@pytest.fixture
def key() -> str:
    return f"rate_limit:contract:{uuid4()}"


def test_uses_are_counted_down_and_then_refused(replicas: tuple[LimitStore, LimitStore], key: str) -> None:
    one, other = replicas
    states = [store.hit(key, limit=3, seconds=60) for store in (one, other, one, other)]
    assert [state.remaining for state in states] == [2, 1, 0, 0]
    assert [bool(state.retry_after) for state in states] == [False, False, False, True]
    assert all(0 < state.reset <= 60 for state in states)


def test_a_use_that_is_taken_back_is_free_again(replicas: tuple[LimitStore, LimitStore], key: str) -> None:
    one, other = replicas
    one.hit(key, limit=1, seconds=60)
    other.refund(key)
    assert one.hit(key, limit=1, seconds=60).retry_after == 0


def test_taking_back_what_nobody_used_changes_nothing(
    replicas: tuple[LimitStore, LimitStore], key: str
) -> None:
    one, _other = replicas
    one.refund(key)
    assert one.hit(key, limit=2, seconds=60).remaining == 1


def test_subjects_do_not_share_their_uses(replicas: tuple[LimitStore, LimitStore], key: str) -> None:
    one, _other = replicas
    one.hit(key, limit=1, seconds=60)
    assert one.hit(f"{key}:2", limit=1, seconds=60).retry_after == 0


def test_many_at_once_get_exactly_what_there_is(replicas: tuple[LimitStore, LimitStore], key: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        states = list(
            pool.map(lambda number: replicas[number % 2].hit(key, limit=40, seconds=60), range(100))
        )
    assert sum(not state.retry_after for state in states) == 40


def test_who_is_forgotten_begins_anew(replicas: tuple[LimitStore, LimitStore], key: str) -> None:
    one, other = replicas
    for subject in (key, f"{key}:2"):
        one.hit(subject, limit=1, seconds=60)
    other.forget([key, f"{key}:nobody"])
    assert one.hit(key, limit=1, seconds=60).retry_after == 0
    assert one.hit(f"{key}:2", limit=1, seconds=60).retry_after > 0
