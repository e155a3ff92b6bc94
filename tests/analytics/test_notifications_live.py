"""A notification reaches the open tabs of the one it is for, whichever process wrote it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from config import tasks
from config.kernel import signals
from config.kernel.database import in_database
from tests.analytics.noticing import assign
from tests.chatbot.conftest import Chat, chat

__all__ = ["chat"]

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_open_tab_is_told_to_look_and_nothing_more(
    chat: Callable[[User], Chat], manager: User, member: User
) -> None:
    async with chat(member) as tab:
        await tab.until("hello")
        await in_database(assign)(manager, member)
        assert await tab.event("notification") == {"type": "event", "topic": "notification"}


@pytest.fixture
def _worker() -> Iterator[None]:
    """Be a process without a server's loop, and forget the worker's own afterwards."""
    loops = signals._loops[:]
    signals._loops.clear()
    tasks._tell_from_here.cache_clear()
    others = {*threading.enumerate()}
    yield
    (thread,) = (each for each in {*threading.enumerate()} - others if each.name == "signals")
    (loop,) = signals._loops
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=20)
    loop.close()
    signals._loops[:] = loops
    tasks._tell_from_here.cache_clear()


@pytest.mark.usefixtures("_worker")
def test_a_worker_of_celery_has_a_loop_to_tell_from(monkeypatch: pytest.MonkeyPatch, db: Any) -> None:
    sent: list[str] = []
    done = asyncio.Event()

    async def send(group: str, message: dict[str, str]) -> None:
        sent.append(f"{group} {message['topic']}")
        done.set()

    monkeypatch.setattr(signals, "_send", send)
    tasks.relay_outbox()
    signals.tell_after_commit("person.x", "notification")
    (loop,) = signals._loops
    asyncio.run_coroutine_threadsafe(done.wait(), loop).result(timeout=20)
    assert sent == ["person.x notification"]
