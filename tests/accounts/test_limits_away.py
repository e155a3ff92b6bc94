"""A configured Redis that does not answer: questions are counted by the replica, guesses are kept out."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts import limits
from accounts.limits import LimitsUnavailableError, RateLimitedError
from accounts.models import User
from config.kernel.outages import redis_circuit
from tests.builders import PASSWORD
from tests.conftest import ApiClientOf


@pytest.fixture(autouse=True)
def _redis_that_nobody_runs(settings: Any) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits.store.cache_clear()
    yield
    settings.REDIS_URL = ""
    limits.store.cache_clear()
    redis_circuit.reset()


def test_questions_are_counted_by_this_process(settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "question": (2, 60)}
    assert [limits.check("question", "away").remaining for _ in range(2)] == [1, 0]
    with pytest.raises(RateLimitedError):
        limits.check("question", "away")


@pytest.mark.parametrize("limit", ["login_account", "login_address", "register_address", "reset_address"])
def test_guesses_are_kept_out(limit: str) -> None:
    with pytest.raises(LimitsUnavailableError) as refused:
        limits.check(limit, "away")
    assert refused.value.retry_after


def test_taking_a_use_back_is_no_error() -> None:
    limits.refund("login_account", "away")


def test_logging_in_says_that_it_is_not_possible_now(api: ApiClientOf, member: User) -> None:
    body = {"username": member.username, "password": PASSWORD}
    response = api().post("/login", body, format="json")
    assert (response.status_code, response.json()["code"]) == (503, "limits_unavailable")
