"""The shared answer log while its Redis goes away, comes back, or comes back having forgotten."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from chatbot.streams import build_answer_log
from chatbot.streams.port import AnswerLog, LogExpiredError
from chatbot.streams.redis import RedisAnswerLog
from chatbot.streams.redis_wire import MOST_CONNECTIONS, client_name, key_of
from config.kernel.outages import redis_circuit
from tests.contracts.test_answer_log import numbers_of, write
from tests.fakes.forwarder import Forwarder
from tests.real_servers import stack_setting

pytestmark = pytest.mark.stack
Pair = tuple[AnswerLog, AnswerLog]


@pytest.fixture
def wire(settings: Any) -> Iterator[Forwarder]:
    """Lead to the real Redis, until it is cut."""
    url = urlsplit(stack_setting("REDIS_URL"))
    with Forwarder(url.hostname or "", url.port or 6379) as forwarder:
        settings.REDIS_URL = url._replace(netloc=f"{url.netloc.rpartition(':')[0]}:{forwarder.port}").geturl()
        yield forwarder
        redis_circuit.reset()


@pytest.fixture
async def replicas(wire: Forwarder, settings: Any) -> AsyncIterator[Pair]:
    pair = build_answer_log(), build_answer_log()
    assert all(isinstance(each, RedisAnswerLog) for each in pair)
    yield pair
    for each in pair:
        await each.aclose()


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with Redis.from_url(stack_setting("REDIS_URL")) as client:
        yield client


async def test_without_redis_readers_of_the_own_replica_miss_nothing(wire: Forwarder, replicas: Pair) -> None:
    owner, other = replicas
    answer = uuid4()
    wire.cut()
    await owner.open(answer)
    reader = asyncio.create_task(numbers_of(owner.read(answer, after_seq=0)))
    await write(owner, answer, range(1, 6), last=5)
    assert await reader == [1, 2, 3, 4, 5]
    with pytest.raises(LogExpiredError):
        await numbers_of(other.read(answer, after_seq=0))


async def test_a_reader_elsewhere_goes_on_where_it_was_when_redis_is_back(
    wire: Forwarder, replicas: Pair
) -> None:
    owner, other = replicas
    answer = uuid4()
    await owner.open(answer)
    await write(owner, answer, range(1, 3))
    entries = other.read(answer, after_seq=0)
    begun = [await anext(entries), await anext(entries)]
    wire.cut()
    await write(owner, answer, range(3, 6))
    wire.mend()
    await write(owner, answer, range(6, 8), last=7)
    assert [entry.seq for entry in begun if entry] + await numbers_of(entries) == [1, 2, 3, 4, 5, 6, 7]


async def test_what_redis_has_forgotten_is_written_again(replicas: Pair, redis: Redis) -> None:
    owner, other = replicas
    answer = uuid4()
    await owner.open(answer)
    await write(owner, answer, range(1, 4))
    entries = other.read(answer, after_seq=0)
    begun = [await anext(entries) for _ in range(3)]
    await redis.delete(key_of(answer))
    await write(owner, answer, range(4, 6), last=5)
    assert [entry.seq for entry in begun if entry] + await numbers_of(entries) == [1, 2, 3, 4, 5]
    assert await numbers_of(other.read(answer, after_seq=2)) == [3, 4, 5]


async def test_a_log_expires(replicas: Pair, redis: Redis, settings: Any) -> None:
    owner, other = replicas
    answer = uuid4()
    await owner.open(answer)
    await write(owner, answer, range(1, 3), last=2)
    assert await numbers_of(other.read(answer, after_seq=0)) == [1, 2]
    assert 0 < await redis.ttl(key_of(answer)) <= settings.ANSWER_LOG_SECONDS
    await redis.delete(key_of(answer))
    with pytest.raises(LogExpiredError):
        await numbers_of(other.read(answer, after_seq=0))


async def test_many_readers_share_one_connection(replicas: Pair, redis: Redis) -> None:
    owner, other = replicas
    answers: list[UUID] = [uuid4() for _ in range(50)]
    for answer in answers:
        await owner.open(answer)
    waiting = [asyncio.create_task(numbers_of(other.read(answer, after_seq=0))) for answer in answers]
    for answer in answers:
        await write(owner, answer, range(1, 2))
    clients = [client for client in await redis.client_list() if client["name"] == client_name()]
    assert sum("b" in client["flags"] for client in clients) <= 1
    assert len(clients) <= 2 * MOST_CONNECTIONS
    for answer in answers:
        await write(owner, answer, range(2, 3), last=2)
    assert await asyncio.gather(*waiting) == [[1, 2]] * 50
