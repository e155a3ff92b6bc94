"""uvicorn on uvloop with httptools: the server of production."""

import asyncio
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from django.conf import settings
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from config.servers.port import BACKLOG, CLOSING_SECONDS, PING_SECONDS, PONG_SECONDS


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals: the process drains before the server closes."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Sockets(WebSocketsSansIOProtocol):
    """uvicorn's sockets, for which a refusal with a status of its own is no fault of the application."""

    @override
    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True


class UvicornServer:
    def __init__(self, bound: socket.socket) -> None:
        self._bound = bound
        self._server = _Server(_configuration())

    @property
    def started(self) -> bool:
        return bool(self._server.started)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            runner.run(work)

    async def serve(self) -> None:
        await self._server.serve(sockets=[self._bound])

    def close(self) -> None:
        self._server.should_exit = True


def _configuration() -> uvicorn.Config:
    return uvicorn.Config(
        "config.asgi:application",
        http="httptools",
        ws=_Sockets,
        ws_max_size=settings.LEAN_BODY_MAX_BYTES,  # a longer frame ends the socket, a shorter one is answered
        ws_per_message_deflate=False,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PONG_SECONDS,
        lifespan="off",
        backlog=BACKLOG,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
