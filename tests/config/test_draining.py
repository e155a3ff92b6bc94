"""The process ends in order: no new answers, running ones finish, then the server closes."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from config import server


class Supervisor:
    """Has an answer under way until `finished` is set."""

    def __init__(self) -> None:
        self.drained_for: list[float] = []
        self.closed = False
        self.finished = asyncio.Event()

    async def start(self) -> None:
        pass

    async def drain(self, seconds: float) -> None:
        self.drained_for.append(seconds)
        if seconds:
            await self.finished.wait()

    async def aclose(self) -> None:
        self.closed = True


class Server:
    """Accepts connections at once and closes when it is told to."""

    started = True

    def __init__(self) -> None:
        self.closing = asyncio.Event()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        raise NotImplementedError

    async def serve(self) -> None:
        await self.closing.wait()

    def close(self) -> None:
        self.closing.set()


class Running:
    """Remembers what the process says about itself."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, state: str) -> None:
        self.said.append(state)


class Chores:
    stopped = False

    def ensure_started(self) -> None:
        pass

    async def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, Any]:
    settings.DRAIN_SECONDS = 300
    made = {"supervisor": Supervisor(), "server": Server(), "chores": Chores(), "running": Running()}

    async def warm() -> None:
        pass

    monkeypatch.setattr(server, "get_supervisor", lambda: made["supervisor"])
    monkeypatch.setattr(server, "background", made["chores"])
    monkeypatch.setattr(server, "_warm", warm)
    monkeypatch.setattr(server._Process, "_listen_to_signals", lambda *_: None)
    return made


@pytest.fixture
async def running(parts: dict[str, Any]) -> Any:
    announced = asyncio.Event()
    process = server._Process(parts["server"], announced.set, parts["running"])
    task = asyncio.create_task(process.run())
    await asyncio.wait_for(announced.wait(), 5)
    return process, task


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110  what is waited for offers no event
            await asyncio.sleep(0)


async def test_a_running_answer_may_finish(parts: dict[str, Any], running: Any) -> None:
    process, task = running
    process._end(signal.SIGTERM)
    await until(lambda: parts["supervisor"].drained_for)
    assert not parts["server"].closing.is_set()
    parts["supervisor"].finished.set()
    await asyncio.wait_for(task, 5)
    assert parts["supervisor"].drained_for == [300]
    assert parts["chores"].stopped


async def test_a_person_at_the_keyboard_waits_less(parts: dict[str, Any], running: Any) -> None:
    process, task = running
    process._end(signal.SIGINT)
    parts["supervisor"].finished.set()
    await asyncio.wait_for(task, 5)
    assert parts["supervisor"].drained_for == [server.INTERRUPTED_DRAIN_SECONDS]


async def test_a_second_signal_ends_it_now(parts: dict[str, Any], running: Any) -> None:
    process, task = running
    process._end(signal.SIGTERM)
    await until(lambda: parts["supervisor"].drained_for)
    process._end(signal.SIGTERM)
    await asyncio.wait_for(task, 5)
    assert parts["supervisor"].drained_for == [300, 0]


async def test_what_has_drained_serves_on_until_it_is_told_to_end(
    parts: dict[str, Any], running: Any
) -> None:
    process, task = running
    process._begin_draining()
    parts["supervisor"].finished.set()
    await until(lambda: parts["running"].said == ["draining", "drained"])
    assert not parts["server"].closing.is_set()
    process._end(signal.SIGTERM)
    await asyncio.wait_for(task, 5)
    assert parts["supervisor"].drained_for == [300]
    assert parts["supervisor"].closed


async def test_a_server_that_fails_takes_the_process_with_it(parts: dict[str, Any], running: Any) -> None:
    _process, task = running
    parts["server"].close()
    await asyncio.wait_for(task, 5)
    assert parts["chores"].stopped
    assert parts["supervisor"].drained_for == []
