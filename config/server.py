"""The serving process: the ASGI server, the supervisor of generations, the chores, and an orderly end."""

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.conf import settings

from chatbot.supervisor import get_supervisor
from config.background import background
from config.kernel.database import in_worker
from config.kernel.errors import DomainError
from config.running import DRAIN_SIGNAL, Running
from config.servers import build_server
from config.servers.port import AsgiServer
from retrieval import search

logger = logging.getLogger(__name__)
INTERRUPTED_DRAIN_SECONDS = 10  # a person at the keyboard waits less than an orchestrator
# What is closed is flushed first; of whoever reads nothing, the system lets go after this time.
UNREAD_MILLISECONDS = 40_000


class PortInUseError(Exception):
    """Something else listens at the address."""


def bind(host: str, port: int) -> socket.socket:
    """Return a bound socket that does not listen yet; raise PortInUseError, or OSError for a bad address."""
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # the connections inherit it
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MILLISECONDS)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        if _is_taken(host, port):
            raise PortInUseError from error
        raise
    return bound


def _is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def run(bound: socket.socket, *, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then drain; raise PortInUseError when somebody was faster to listen.

    `announce` is called once the port accepts connections.
    """
    server = build_server(bound)
    try:
        running = Running(bound.getsockname()[1])
        with running.told():
            server.run(_Process(server, announce, running).run())
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError from error
        raise


class _Process:
    def __init__(self, server: AsgiServer, announce: Callable[[], None], running: Running) -> None:
        self._server = server
        self._announce = announce
        self._running = running
        self._draining: asyncio.Task[None] | None = None
        self._asked_to_end = asyncio.Event()
        self._hurry = asyncio.Event()
        self._drain_seconds = float(settings.DRAIN_SECONDS)

    async def run(self) -> None:
        self._listen_to_signals(asyncio.get_running_loop())
        supervisor = get_supervisor()
        await supervisor.start()
        background.ensure_started()
        serving = asyncio.create_task(self._server.serve())
        warming = asyncio.create_task(_warm())
        if await self._accepts_connections(serving):
            self._announce()
            await _first_of(serving, asyncio.ensure_future(self._asked_to_end.wait()))
        if not serving.done():
            await self._drained()
        await supervisor.aclose()
        self._server.close()
        await serving
        await background.stop()
        warming.cancel()
        logger.info("server ended")

    def _listen_to_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        def on_signal(number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._end, number)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        if DRAIN_SIGNAL is not None:
            signal.signal(DRAIN_SIGNAL, lambda *_: loop.call_soon_threadsafe(self._begin_draining))

    def _end(self, number: int) -> None:
        if self._asked_to_end.is_set():
            self._hurry.set()
            return
        if number == signal.SIGINT:
            self._drain_seconds = min(self._drain_seconds, INTERRUPTED_DRAIN_SECONDS)
        self._asked_to_end.set()

    async def _accepts_connections(self, serving: "asyncio.Task[None]") -> bool:
        while not self._server.started and not serving.done():  # noqa: ASYNC110  servers offer no event
            await asyncio.sleep(0.01)
        return not serving.done()

    def _begin_draining(self) -> "asyncio.Task[None]":
        """Finish what is being written, once; the server goes on answering meanwhile."""
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return self._draining

    async def _drain(self) -> None:
        logger.info("draining", extra={"seconds": self._drain_seconds})
        self._running.say("draining")
        await get_supervisor().drain(self._drain_seconds)
        self._running.say("drained")

    async def _drained(self) -> None:
        """Wait until all is written; a second signal ends it now."""
        draining = self._begin_draining()
        await _first_of(draining, asyncio.ensure_future(self._hurry.wait()))
        if not draining.done():
            draining.cancel()
            await get_supervisor().drain(0)


async def _first_of(*futures: "asyncio.Future[Any]") -> None:
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)


async def _warm() -> None:
    """Load the embedding model beside the start, so that the first question need not."""
    try:
        await in_worker(search.warm)()
    except DomainError as error:
        logger.warning("embedding model is not ready", extra={"code": error.code})
