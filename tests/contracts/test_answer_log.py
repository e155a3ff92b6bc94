"""What every answer log promises to its readers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import AnswerLog, Entry, LogExpiredError


@pytest.fixture(params=[MemoryAnswerLog])
def log(request: pytest.FixtureRequest) -> AnswerLog:
    made: AnswerLog = request.param()
    return made


async def write(log: AnswerLog, answer_id: UUID, numbers: range, *, last: int | None = None) -> None:
    for number in numbers:
        await log.append(answer_id, Entry(number, f"frame {number}", number == last))


async def numbers_of(entries: AsyncIterator[Entry]) -> list[int]:
    return [entry.seq async for entry in entries]


async def test_a_reader_gets_every_entry_in_order_and_then_the_end(log: AnswerLog) -> None:
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 6), last=5)
    assert await numbers_of(log.read(answer, after_seq=0)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("position", range(7))
async def test_reading_from_a_position_gives_exactly_the_remainder(log: AnswerLog, position: int) -> None:
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 7), last=6)
    assert await numbers_of(log.read(answer, after_seq=position)) == list(range(position + 1, 7))


async def test_a_reader_that_is_ahead_of_the_end_gets_nothing_and_is_let_go(log: AnswerLog) -> None:
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 3), last=2)
    assert await numbers_of(log.read(answer, after_seq=2**50)) == []


async def test_readers_at_different_positions_follow_live(log: AnswerLog) -> None:
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 4))
    readers = [asyncio.create_task(numbers_of(log.read(answer, after_seq=start))) for start in (0, 2, 3)]
    await asyncio.sleep(0)
    await write(log, answer, range(4, 9), last=8)
    assert await asyncio.gather(*readers) == [list(range(start + 1, 9)) for start in (0, 2, 3)]


async def test_a_reader_that_leaves_does_not_disturb_the_others(log: AnswerLog) -> None:
    answer = uuid4()
    await log.open(answer)
    await write(log, answer, range(1, 3))
    async with aclosing(log.read(answer, after_seq=0)) as leaving:
        assert (await anext(leaving)).seq == 1
    staying = asyncio.create_task(numbers_of(log.read(answer, after_seq=0)))
    await asyncio.sleep(0)
    await write(log, answer, range(3, 5), last=4)
    assert await staying == [1, 2, 3, 4]


async def test_an_answer_without_a_log_is_told_apart_from_an_empty_one(log: AnswerLog) -> None:
    with pytest.raises(LogExpiredError):
        await numbers_of(log.read(uuid4(), after_seq=0))
