"""Single operations beside what they stand in for, without a server of ours: processor time of each.

Runs in the product's environment, with its database and its Redis, and prints JSON.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from statistics import median
from uuid import UUID, uuid4

ROUNDS = 5
CHECKS, EVENTS, FRAMES, ANSWERS = 300, 60, 25, 20
TEXT = '{"type":"delta","answer_id":"00000000-0000-0000-0000-000000000000","seq":1,"text":"שלום "}'


def used(work: Callable[[], object], times: int) -> float:
    """Return microseconds of the process for one time."""
    began = time.process_time()
    for _time in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def ratio_of(ours: Callable[[], object], theirs: Callable[[], object], times: int) -> float:
    """Return the median of the rounds, in each of which both are measured; one before them warms up."""
    rounds = [used(ours, times) / used(theirs, times) for _round in range(ROUNDS + 1)]
    return median(rounds[1:])


def token_check() -> float:
    """Compare the check of an access token with PyJWT's decoding of the same one."""
    import jwt  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from rest_framework_simplejwt.tokens import AccessToken  # noqa: PLC0415

    from accounts.tokens import read_claims  # noqa: PLC0415

    token = AccessToken()
    token["sub"], token["org"], token["sv"] = str(uuid4()), str(uuid4()), 1
    text, key = str(token), str(settings.SIMPLE_JWT["SIGNING_KEY"])
    return ratio_of(
        lambda: read_claims(text),
        lambda: jwt.decode(text, key, algorithms=["HS256"], options={"verify_aud": False}),
        CHECKS,
    )


def hand_over() -> float:
    """Compare writing an event's rows in a transaction with handing one task for each to Celery's broker."""
    from celery import Celery  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from config.kernel import outbox  # noqa: PLC0415

    app = Celery(broker=settings.REDIS_URL, set_as_current=False)
    task = app.task(name="bench.nothing", ignore_result=True)(_nothing)
    payload, organization = {"answer_id": str(uuid4())}, uuid4()

    def delay() -> None:
        for _route in settings.OUTBOX_ROUTES["turn.closed"]:
            task.delay()

    with transaction.atomic():
        found = ratio_of(
            lambda: outbox.emit("turn.closed", organization_id=organization, payload={**payload}),
            delay,
            EVENTS,
        )
        transaction.set_rollback(True)
    app.close()
    return found


def _nothing() -> None:
    """Stand for what a worker would do."""


async def across() -> float:
    """Compare carrying frames from one replica's log to another's with channels_redis' core layer."""
    rounds = [await _used(_by_log) / await _used(_by_layer) for _round in range(ROUNDS)]
    return median(rounds[1:])


async def _used(way: Callable[[], Awaitable[None]]) -> float:
    began = time.process_time()
    await way()
    return time.process_time() - began


async def _by_log() -> None:
    from django.conf import settings  # noqa: PLC0415

    from chatbot.streams.port import Entry  # noqa: PLC0415
    from chatbot.streams.redis import RedisAnswerLog  # noqa: PLC0415

    owner, other = (RedisAnswerLog(settings.REDIS_URL, quiet_seconds=60) for _ in range(2))

    async def write(answer: UUID) -> None:
        await owner.open(answer)
        for seq in range(1, FRAMES + 1):
            await owner.append(answer, Entry(seq, TEXT, last=seq == FRAMES))
            await asyncio.sleep(0.02)

    async def read(answer: UUID) -> None:
        async with aclosing(other.read(answer, after_seq=0)) as entries:
            async for _entry in entries:
                pass

    answers = [uuid4() for _ in range(ANSWERS)]
    writing = [asyncio.create_task(write(answer)) for answer in answers]
    await asyncio.sleep(0.1)
    await asyncio.gather(*(read(answer) for answer in answers), *writing)
    await owner.aclose()
    await other.aclose()


async def _by_layer() -> None:
    from channels_redis.core import RedisChannelLayer  # type: ignore[import-untyped]  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    owner, other = (
        RedisChannelLayer(hosts=[settings.REDIS_URL], capacity=ANSWERS * FRAMES) for _ in range(2)
    )
    channels = [await other.new_channel() for _ in range(ANSWERS)]

    async def write(channel: str) -> None:
        for _frame in range(FRAMES):
            await owner.send(channel, {"type": "frame", "text": TEXT})
            await asyncio.sleep(0.02)

    async def read(channel: str) -> None:
        for _frame in range(FRAMES):
            await other.receive(channel)

    await asyncio.gather(*(work(channel) for channel in channels for work in (write, read)))
    await owner.close_pools()
    await other.close_pools()


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    figures = {
        "check_over_pyjwt": token_check(),
        "emit_over_delay": hand_over(),
        "across_over_channels": asyncio.run(across()),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
