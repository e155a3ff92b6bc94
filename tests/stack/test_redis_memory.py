"""Short-term memory on a real Redis: kept for its time, out of the database when it is lost or away."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config import services
from config.kernel.outages import redis_circuit
from conversations import memory
from conversations.memory import KEPT_SECONDS
from conversations.types import Turn
from tests.conversations.turns import talk
from tests.fakes.forwarder import Forwarder
from tests.real_servers import stack_setting

pytestmark = pytest.mark.stack
Queries = Any


@pytest.fixture
def wire(settings: Any) -> Iterator[Forwarder]:
    """Let the cache be the real Redis, along a way that can be cut."""
    url = urlsplit(stack_setting("REDIS_URL"))
    with Forwarder(url.hostname or "127.0.0.1", url.port or 6379) as found:
        settings.REDIS_URL = f"redis://{url.netloc.rpartition('@')[0]}@127.0.0.1:{found.port}/5"
        settings.CACHES = {"default": services.cache(settings.REDIS_URL)}
        yield found
        redis_circuit.reset()
        cache.close()
        found.cut()


def said(turn: Turn) -> list[str]:
    with tenant_scope(turn.organization_id):
        return [item.text for item in memory.branch_until(turn.answer_id, limit=20)]


def test_what_was_said_is_kept_for_its_time(
    wire: Forwarder, actor: Actor, django_assert_num_queries: Queries
) -> None:
    turn = talk(actor, "אחת", "שתיים")
    told = said(turn)
    with django_assert_num_queries(0):
        assert said(turn) == told == ["אחת", "תשובה: אחת", "שתיים", "תשובה: שתיים"]
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    (key,) = client.keys(f"*memory:{turn.answer_id}")
    assert 0 < client.ttl(key) <= KEPT_SECONDS


def test_what_redis_lost_is_told_by_the_database(wire: Forwarder, actor: Actor) -> None:
    turn = talk(actor, "אחת")
    told = said(turn)
    cache.delete(memory._key(turn.answer_id))
    assert said(turn) == told


def test_a_redis_that_is_away_costs_queries_and_is_used_again_once_it_is_back(
    wire: Forwarder, actor: Actor, django_assert_num_queries: Queries
) -> None:
    turn = talk(actor, "אחת")
    wire.cut()
    assert said(turn) == ["אחת", "תשובה: אחת"]
    wire.mend()
    redis_circuit.reset()
    said(turn)
    with django_assert_num_queries(0):
        assert said(turn) == ["אחת", "תשובה: אחת"]
