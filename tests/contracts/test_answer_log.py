"""What every answer log promises to its readers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import AnswerLog, Entry, LogExpiredError
from chatbot.streams.redis import RedisAnswerLog
from tests.real_servers import stack_setting

Replicas = tuple[AnswerLog, AnswerLog]


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.stack)])
async def replicas(request: pytest.FixtureRequest) -> AsyncIterator[Replicas]:
    """The log of the process that writes the answers, and that of the one that reads them."""
    if request.param == "memory":
        alone = MemoryAnswerLog(quiet_seconds=0.02)
        yield alone, alone
        return
    url = stack_setting("REDIS_URL")
    pair = RedisAnswerLog(url, quiet_seconds=0.02), RedisAnswerLog(url, quiet_seconds=0.02)
    yield pair
    for each in pair:
        await each.aclose()


async def write(log: AnswerLog, answer_id: UUID, numbers: range, *, last: int | None = None) -> None:
    for number in numbers:
        await log.append(answer_id, Entry(number, f"frame {number} שלום", number == last))


async def entries_of(entries: AsyncIterator[Entry | None]) -> list[Entry]:
    return [entry async for entry in entries if entry is not None]


async def numbers_of(entries: AsyncIterator[Entry | None]) -> list[int]:
    return [entry.seq for entry in await entries_of(entries)]


async def test_a_reader_gets_every_entry_in_order_and_then_the_end(replicas: Replicas) -> None:
    log, reader = replicas
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 6), last=5)
    assert await numbers_of(reader.read(answer, after_seq=0)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("position", range(7))
async def test_reading_from_a_position_gives_exactly_the_remainder(replicas: Replicas, position: int) -> None:
    log, reader = replicas
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 7), last=6)
    assert await numbers_of(reader.read(answer, after_seq=position)) == list(range(position + 1, 7))


async def test_a_reader_that_is_ahead_of_the_end_gets_nothing_and_is_let_go(replicas: Replicas) -> None:
    log, reader = replicas
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 3), last=2)
    assert await numbers_of(reader.read(answer, after_seq=2**50)) == []


async def test_readers_at_different_positions_follow_live(replicas: Replicas) -> None:
    log, reader = replicas
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 4))
    readers = [asyncio.create_task(numbers_of(reader.read(answer, after_seq=start))) for start in (0, 2, 3)]
    await asyncio.sleep(0)
    await write(log, answer, range(4, 9), last=8)
    assert await asyncio.gather(*readers) == [list(range(start + 1, 9)) for start in (0, 2, 3)]


async def test_a_reader_that_leaves_does_not_disturb_the_others(replicas: Replicas) -> None:
    log, reader = replicas
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 3))
    async with aclosing(reader.read(answer, after_seq=0)) as leaving:
        first = await anext(leaving)
        assert first is not None
        assert first.seq == 1
    staying = asyncio.create_task(numbers_of(reader.read(answer, after_seq=0)))
    await asyncio.sleep(0)
    await write(log, answer, range(3, 5), last=4)
    assert await staying == [1, 2, 3, 4]


async def test_an_answer_without_a_log_is_told_apart_from_an_empty_one(replicas: Replicas) -> None:
    _log, reader = replicas
    with pytest.raises(LogExpiredError):
        await numbers_of(reader.read(uuid4(), after_seq=0))


async def test_an_entry_arrives_as_it_was_written(replicas: Replicas) -> None:
    log, reader = replicas
    answer = uuid4()
    written = [Entry(1, '{"text":"שורה\\n"}'), Entry(2, "א" * 60_000), Entry(3, "", last=True)]
    await log.open(answer)
    for entry in written:
        await log.append(answer, entry)
    assert await entries_of(reader.read(answer, after_seq=0)) == written


async def test_a_reader_hears_that_there_is_nothing_new(replicas: Replicas) -> None:
    log, reader = replicas
    answer = uuid4()
    await log.open(answer)
    async with aclosing(reader.read(answer, after_seq=0)) as entries:
        assert await anext(entries) is None
        await write(log, answer, range(1, 2), last=1)
        assert await numbers_of(entries) == [1]


async def test_answers_do_not_mix(replicas: Replicas) -> None:
    log, reader = replicas
    answers = [uuid4() for _ in range(20)]
    for answer in answers:
        await log.open(answer)
    readers = [asyncio.create_task(entries_of(reader.read(answer, after_seq=0))) for answer in answers]
    for number in range(1, 31):
        for answer in answers:
            await log.append(answer, Entry(number, f"{answer} {number}", number == 30))
    for answer, read in zip(answers, await asyncio.gather(*readers), strict=True):
        assert [entry.text for entry in read] == [f"{answer} {number}" for number in range(1, 31)]


async def test_opening_twice_keeps_what_was_written(replicas: Replicas) -> None:
    log, reader = replicas
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 3))
    await log.open(answer)
    await write(log, answer, range(3, 4), last=3)
    assert await numbers_of(reader.read(answer, after_seq=0)) == [1, 2, 3]
