"""The shared log over a Redis whose replies fail, are late, or say that it has lost something."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import uuid4

import pytest
from redis.exceptions import RedisError

from chatbot.streams import redis_copies, redis_tail
from chatbot.streams.port import Entry
from chatbot.streams.redis import RedisAnswerLog
from chatbot.streams.redis_wire import key_of
from config.kernel import outages
from tests.contracts.test_answer_log import numbers_of, write
from tests.fakes.redis_streams import FakeRedis, Fault

FAULTS: tuple[Fault, ...] = ("before", "after", "half", "refused", "forgotten")
MOST = 15


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> FakeRedis:
    redis = FakeRedis()
    monkeypatch.setattr("chatbot.streams.redis.connect", lambda _url: redis)
    monkeypatch.setattr(redis_copies, "RETRY_SECONDS", 0)
    monkeypatch.setattr(redis_copies, "SECONDS_FOR_EACH", 0)
    monkeypatch.setattr(redis_tail, "RETRY_SECONDS", 0)
    monkeypatch.setattr(outages, "_failures_of_redis", lambda _configured: (RedisError, OSError))
    monkeypatch.setattr(outages.redis_circuit, "_rest", 0.0)
    return redis


@pytest.fixture
async def owner(redis: FakeRedis) -> AsyncIterator[RedisAnswerLog]:
    log = RedisAnswerLog("redis://", quiet_seconds=60)
    yield log
    await log.aclose()
    outages.redis_circuit.reset()


@pytest.fixture
async def other(redis: FakeRedis) -> AsyncIterator[RedisAnswerLog]:
    log = RedisAnswerLog("redis://", quiet_seconds=60)
    yield log
    await log.aclose()


async def settled(redis: FakeRedis, key: str) -> list[int]:
    """Return the numbers that Redis has when there is nothing more to write, without the opening entry."""
    async with asyncio.timeout(10):
        while not redis.streams.get(key) or b"l" not in redis.streams[key][-1][1] or redis.faults:  # noqa: ASYNC110
            await asyncio.sleep(0)
    for _turn in range(50):  # for what is repaired after the last entry is there
        await asyncio.sleep(0)
    return [int(entry_id.partition(b"-")[0]) for entry_id, _fields in redis.streams[key][1:]]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("earlier", range(5))
async def test_redis_has_every_entry_in_the_end(
    redis: FakeRedis, owner: RedisAnswerLog, fault: Fault, earlier: int
) -> None:
    answer = uuid4()
    quiet: list[Fault] = ["none"] * earlier
    redis.faults = [*quiet, fault, "none", fault]
    await owner.open(answer)
    for number in range(1, MOST, 3):
        await write(owner, answer, range(number, number + 3), last=MOST)
        for _turn in range(3):
            await asyncio.sleep(0)
    redis.faults = redis.faults[:1]
    assert await settled(redis, key_of(answer)) == list(range(1, MOST + 1))


async def test_a_late_reply_is_not_taken_for_one_to_a_later_reader(
    redis: FakeRedis, owner: RedisAnswerLog, other: RedisAnswerLog
) -> None:
    answer = uuid4()
    await owner.open(answer)
    await write(owner, answer, range(1, 4))
    async with aclosing(other.read(answer, after_seq=0)) as leaving:
        assert [entry.seq for entry in [await anext(leaving) for _ in range(3)] if entry] == [1, 2, 3]
        redis.replies.clear()
        await write(owner, answer, range(4, 5))
        for _turn in range(50):
            await asyncio.sleep(0)
    coming = asyncio.create_task(numbers_of(other.read(answer, after_seq=0)))
    for _turn in range(50):
        await asyncio.sleep(0)
    redis.replies.set()
    await write(owner, answer, range(5, 6), last=5)
    async with asyncio.timeout(10):
        assert await coming == [1, 2, 3, 4, 5]


async def test_few_answers_that_have_ended_stay_in_memory(
    owner: RedisAnswerLog, other: RedisAnswerLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_copies, "COPIED_KEPT", 3)
    answers = [uuid4() for _ in range(8)]
    for answer in answers:
        await owner.open(answer)
        await owner.append(answer, Entry(1, "frame", last=True))
        assert await numbers_of(other.read(answer, after_seq=0)) == [1]
    for _turn in range(50):
        await asyncio.sleep(0)
    assert [answer in owner._own for answer in answers] == [False] * 5 + [True] * 3
    assert await numbers_of(owner.read(answers[0], after_seq=0)) == [1]


async def test_what_has_expired_is_not_kept_for_a_redis_that_is_away(
    redis: FakeRedis, owner: RedisAnswerLog
) -> None:
    redis.faults = ["before"] * 1000
    answer = uuid4()
    await owner.open(answer)
    await owner.append(answer, Entry(1, "frame", last=True))
    owner._own.forget(answer)
    for _turn in range(50):
        await asyncio.sleep(0)
    assert not owner._copies._copies
