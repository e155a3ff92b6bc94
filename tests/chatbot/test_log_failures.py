"""Whatever happens between the log and its Redis: the deltas joined are the answer, for every reader."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from redis.exceptions import RedisError

from accounts.access import actor_of
from accounts.models import User
from accounts.types import Actor
from chatbot import answers
from chatbot.admission import FairQueue
from chatbot.llm.port import Piece, Prompt
from chatbot.streams import redis_copies, redis_tail
from chatbot.streams.port import Entry
from chatbot.streams.redis import RedisAnswerLog
from chatbot.supervisor import Supervisor
from config.kernel import outages
from conversations import services as conversations
from tests.chatbot.conftest import QUESTION
from tests.fakes.redis_streams import FakeRedis, Fault

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
WORDS = [f"מילה{number} " for number in range(20)]
here: ContextVar[Supervisor] = ContextVar("here")


class Talker:
    """A model that says the words one by one, and lets everybody else have a turn in between."""

    name, continues = "talker", True

    async def stream(self, _prompt: Prompt) -> AsyncGenerator[Piece, None]:
        for word in WORDS:
            for _turn in range(3):
                await asyncio.sleep(0)
            yield Piece(word)

    async def is_healthy(self) -> bool:
        return True

    async def aclose(self) -> None:
        return None


@dataclass
class Replicas:
    """One that writes answers, and one that only reads them."""

    redis: FakeRedis
    owner: Supervisor
    other: Supervisor


def replica() -> Supervisor:
    log = RedisAnswerLog("redis://", quiet_seconds=0.1)
    return Supervisor(model=Talker(), log=log, queue=FairQueue(most=9, most_each=9, longest=9))


@pytest.fixture
async def replicas(settings: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Replicas]:
    redis = FakeRedis()
    settings.ANSWER_LATE_SECONDS = 3600  # on a busy machine, too, nothing is told before its time
    monkeypatch.setattr("chatbot.streams.redis.connect", lambda _url: redis)
    monkeypatch.setattr("chatbot.answers.get_supervisor", here.get)
    monkeypatch.setattr(answers, "_POLL_SECONDS", 0.02)
    monkeypatch.setattr(redis_copies, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(redis_tail, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(outages, "_failures_of_redis", lambda _configured: (RedisError, OSError))
    monkeypatch.setattr(outages.redis_circuit, "_rest", 0.0)
    found = Replicas(redis, owner=replica(), other=replica())
    yield found
    await found.owner.aclose()
    await found.other.aclose()
    outages.redis_circuit.reset()


async def ask(replica: Supervisor, actor: Actor) -> UUID:
    here.set(replica)
    return (await answers.ask(actor, answers.Question(QUESTION))).answer_id


async def read(replica: Supervisor, actor: Actor, answer_id: UUID, chance: random.Random) -> None:
    """Read an answer, leaving after every few frames; what was read is the answer, each frame once."""
    here.set(replica)
    seen: list[Entry] = []
    while not seen or not seen[-1].last:
        left = chance.randint(1, 5)
        after = seen[-1].seq if seen else 0
        async with aclosing(answers.follow(actor, answer_id, after_seq=after)) as entries:
            async for entry in entries:
                if entry is not None:
                    seen.append(entry)
                    left -= 1
                if not left:
                    break
    frames = [json.loads(entry.text) for entry in seen]
    assert [entry.seq for entry in seen] == list(range(1, len(seen) + 1))
    joined = "".join(frame["text"] for frame in frames if frame["type"] == "delta")
    assert (frames[-1]["status"], frames[-1]["text"], joined) == ("complete", "".join(WORDS), "".join(WORDS))


async def read_everywhere(replicas: Replicas, actor: Actor, answer_id: UUID) -> None:
    places = [replicas.owner, *[replicas.other] * 2]
    readings = [
        read(place, actor, answer_id, random.Random(number)) for number, place in enumerate(places, start=1)
    ]
    async with asyncio.timeout(60):
        await asyncio.gather(*readings)


@pytest.mark.parametrize("fault", ["before", "half"])
async def test_a_write_that_fails_costs_no_reader_a_word(
    replicas: Replicas, member: User, fault: Fault
) -> None:
    actor = actor_of(member)
    replicas.redis.faults = ["none", "none", fault, fault, "none", fault]
    await read_everywhere(replicas, actor, await ask(replicas.owner, actor))


async def test_reads_that_fail_cost_no_reader_a_word(replicas: Replicas, member: User) -> None:
    actor, chance = actor_of(member), random.Random(5)
    replicas.redis.read_faults = [chance.choice(("none", "before")) for _ in range(40)]
    await read_everywhere(replicas, actor, await ask(replicas.owner, actor))


async def test_an_answer_that_ended_while_redis_was_away_is_read_when_it_is_back(
    replicas: Replicas, member: User
) -> None:
    actor = actor_of(member)
    replicas.redis.faults = ["before"] * 10_000
    answer_id = await ask(replicas.owner, actor)
    reading = asyncio.create_task(read(replicas.other, actor, answer_id, random.Random(1)))
    await read(replicas.owner, actor, answer_id, random.Random(2))
    replicas.redis.faults = []
    async with asyncio.timeout(60):
        await reading


async def test_a_closing_whose_reply_was_lost_ends_the_log_as_well(
    replicas: Replicas, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = conversations.close_turn

    def deaf(**how: Any) -> bool:
        return close(**how) and close(**how)  # as when the first reply was lost and the job asks again

    monkeypatch.setattr(conversations, "close_turn", deaf)
    actor = actor_of(member)
    await read_everywhere(replicas, actor, await ask(replicas.owner, actor))


async def test_what_no_database_can_hold_is_in_no_delta(
    replicas: Replicas, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [f"{word}\x00\ud83d" for word in WORDS]
    monkeypatch.setattr(Talker, "stream", lambda _self, _prompt: _said(said))
    actor = actor_of(member)
    await read_everywhere(replicas, actor, await ask(replicas.owner, actor))


async def _said(words: list[str]) -> AsyncGenerator[Piece, None]:
    for word in words:
        yield Piece(word)


async def test_an_entry_that_is_really_lost_is_noticed_by_these_tests(
    replicas: Replicas, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = replicas.owner.log.append

    async def forgetful(answer_id: UUID, entry: Entry) -> None:
        if entry.seq != 9:
            await append(answer_id, entry)

    monkeypatch.setattr(replicas.owner.log, "append", forgetful)
    actor = actor_of(member)
    answer_id = await ask(replicas.owner, actor)
    with pytest.raises(AssertionError):
        await read(replicas.owner, actor, answer_id, random.Random(1))
