"""Searching is done in turns: an organisation that asks much keeps no other one's questions waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest

from accounts.access import actor_of
from accounts.models import User
from chatbot.admission import FairQueue
from chatbot.searching import Search
from config.kernel.database import in_database
from retrieval.access import reader_of
from tests.chatbot.conftest import QUESTION

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


class Recorded:
    """The turns of a queue, and in which order they were had."""

    def __init__(self, queue: FairQueue) -> None:
        self._queue = queue
        self.had: list[UUID] = []

    @asynccontextmanager
    async def turn(self, organization_id: UUID) -> AsyncIterator[None]:
        async def said(_place: int) -> None:
            pass

        async with self._queue.turn(organization_id, said):
            self.had.append(organization_id)
            yield


async def test_who_asks_once_is_searched_for_before_the_many_that_wait(member: User) -> None:
    busy = uuid4()
    turns = Recorded(FairQueue(most=1, most_each=1, longest=0))
    reader = await in_database(lambda: reader_of(actor_of(member)))()
    search = Search(QUESTION, reader, uuid4(), turns.turn)

    async def keep_busy() -> None:
        async with turns.turn(busy):
            await asyncio.sleep(0)

    others = [asyncio.create_task(keep_busy()) for _ in range(9)]
    await asyncio.sleep(0)  # they come first
    found = await search.result()
    assert found.passages
    assert turns.had.index(reader.organization_id) <= 2
    await asyncio.gather(*others)
    assert len(turns.had) == 10


async def test_the_approved_answers_are_looked_at_within_a_turn_as_well(member: User) -> None:
    turns = Recorded(FairQueue(most=1, most_each=1, longest=0))
    reader = await in_database(lambda: reader_of(actor_of(member)))()
    assert await Search(QUESTION, reader, uuid4(), turns.turn).approved() is None
    assert turns.had == [reader.organization_id]
