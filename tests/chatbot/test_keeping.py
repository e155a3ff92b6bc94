"""The leases of answers are renewed in time, however busy the database's threads are."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as product

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from chatbot import keeping
from chatbot.answers import follow
from config.kernel.database import in_database, in_keeping
from conversations import services
from conversations.models import Message
from tests.chatbot.conftest import Chat
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


@asynccontextmanager
async def every_database_thread_is_busy() -> AsyncIterator[None]:
    over = threading.Event()
    working = [asyncio.create_task(in_database(over.wait)()) for _ in range(product.DATABASE_THREADS)]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*working)


async def test_the_lease_of_an_answer_is_renewed_while_questions_keep_every_thread(
    chat: Callable[[User], Chat], member: User, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CHECKPOINT_SECONDS", 0.01)

    def lease(answer_id: str) -> datetime | None:
        with tenant_scope(member.organization_id):
            expires_at: datetime | None = Message.objects.get(pk=UUID(answer_id)).lease_expires_at
            return expires_at

    async with chat(member) as talk:
        answer_id = (await talk.ask())["answer_id"]
        ollama.allow(2)
        await talk.until("delta")
        async with every_database_thread_is_busy(), asyncio.timeout(20):
            before = await in_keeping(lease)(answer_id)
            while await in_keeping(lease)(answer_id) == before:  # noqa: ASYNC110  a row offers no event
                await asyncio.sleep(0.01)
        ollama.allow(100)
        assert (await talk.until("done"))[-1]["status"] == "complete"


async def test_leases_are_renewed_after_a_failure_that_nobody_thought_of(
    chat: Callable[[User], Chat], member: User, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CHECKPOINT_SECONDS", 0.01)
    kept = threading.Event()
    failures: list[Exception] = [ValueError("unthought of")]

    def checkpoint_turns(**kwargs: Any) -> Any:
        if failures:
            raise failures.pop()
        kept.set()
        return {}

    monkeypatch.setattr(services, "checkpoint_turns", checkpoint_turns)
    async with chat(member) as talk:
        await talk.ask()
        assert await asyncio.to_thread(kept.wait, 20)
        ollama.allow(100)
        await talk.until("done")


async def test_whoever_waits_for_an_answer_of_this_process_does_not_keep_the_database_busy(
    chat: Callable[[User], Chat], member: User, ollama: FakeOllama, settings: Any
) -> None:
    settings.ANSWER_QUIET_SECONDS = 0.01
    async with chat(member) as talk:
        answer_id = UUID((await talk.ask())["answer_id"])
        await talk.until("sources")
        actor = await in_database(actor_of)(member)
        async with aclosing(follow(actor, answer_id)) as entries:
            assert await anext(entries) is not None  # the one question to the database has been asked
            async with every_database_thread_is_busy(), asyncio.timeout(20):
                quiet = 0
                while quiet < 3:
                    quiet += await anext(entries) is None
        ollama.allow(100)
        await talk.until("done")
