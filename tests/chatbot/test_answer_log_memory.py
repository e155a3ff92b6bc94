"""What a process keeps of ended answers is bounded; what is being written or read is not touched."""

import asyncio
import gc
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

from chatbot.streams import memory
from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import Entry, LogExpiredError

SHORT, LONG = "frame", "f" * 5000


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> MemoryAnswerLog:
    monkeypatch.setattr(memory, "LOGS_KEPT", 3)
    monkeypatch.setattr(memory, "BYTES_KEPT", 20_000)
    return MemoryAnswerLog(quiet_seconds=0.02)


async def written(log: MemoryAnswerLog, text: str = SHORT, *, ended: bool = True) -> UUID:
    answer = uuid4()
    await log.open(answer)
    await log.append(answer, Entry(1, text))
    await log.append(answer, Entry(2, text, last=ended))
    return answer


async def test_the_oldest_that_ended_make_room(log: MemoryAnswerLog) -> None:
    answers = [await written(log) for _ in range(5)]
    assert [answer in log for answer in answers] == [False, False, True, True, True]


async def test_few_long_ones_make_room_too(log: MemoryAnswerLog) -> None:
    answers = [await written(log, LONG) for _ in range(3)]
    assert [answer in log for answer in answers] == [False, False, True]


async def test_what_is_being_written_stays(log: MemoryAnswerLog) -> None:
    opened = await written(log, LONG, ended=False)
    for _ in range(5):
        await written(log, LONG)
    assert opened in log


async def test_one_that_is_longer_than_the_room_is_gone_when_it_has_ended(log: MemoryAnswerLog) -> None:
    answer = await written(log, "f" * 50_000)
    with pytest.raises(LogExpiredError):
        await anext(log.read(answer, after_seq=0))


async def test_who_reads_one_reads_it_to_its_end(log: MemoryAnswerLog) -> None:
    answer = await written(log)
    async with aclosing(log.read(answer, after_seq=0)) as entries:
        first = await anext(entries)
        for _ in range(5):
            await written(log)
        assert answer not in log
        rest = [entry async for entry in entries]
    assert [entry.seq for entry in [first, *rest] if entry is not None] == [1, 2]


async def test_room_is_counted_again_when_one_expires(log: MemoryAnswerLog) -> None:
    kept = await written(log, "f" * 8_000)
    log.forget(kept)
    later = await written(log, "f" * 8_000)
    assert later in log


async def test_a_log_that_stands_still_keeps_nothing_of_those_who_looked_in(log: MemoryAnswerLog) -> None:
    answer = await written(log, ended=False)

    async def look_in() -> None:
        async with aclosing(log.read(answer, after_seq=2)) as entries:
            assert await anext(entries) is None

    await look_in()
    before = futures_alive()
    for _ in range(5):
        await look_in()
    assert futures_alive() == before


async def test_a_reader_that_is_cancelled_as_it_is_woken_just_ends(log: MemoryAnswerLog) -> None:
    answer = await written(log, ended=False)
    reader = asyncio.create_task(anext(log.read(answer, after_seq=2)))
    await asyncio.sleep(0)
    await log.append(answer, Entry(3, SHORT))
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader


def futures_alive() -> int:
    gc.collect()
    return sum(type(thing) is asyncio.Future for thing in gc.get_objects())
