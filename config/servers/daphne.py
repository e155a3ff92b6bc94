"""daphne, on the asyncio loop of Twisted: the server that Channels grew up with."""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any

from daphne import server as daphne
from django.conf import settings
from twisted.internet import defer, reactor
from typing_extensions import override

from config.servers.port import BACKLOG, CLOSING_SECONDS, PING_SECONDS, PONG_SECONDS


class _Server(daphne.Server):  # type: ignore[misc]  # it has no types
    """daphne on a socket that is bound already; it can stop listening before it ends."""

    def __init__(self, bound: socket.socket, **options: Any) -> None:
        super().__init__(endpoints=[bound], ready_callable=self._listen, signal_handlers=False, **options)
        self.endpoints: list[object] = []  # descriptions of sockets to be made; ours is adopted instead
        self._bound = bound

    def _listen(self) -> None:
        self._port = reactor.adoptStreamPort(self._bound.fileno(), self._bound.family, self.http_factory)
        self._bound.close()  # Twisted has a copy of its own

    @override
    def kill_all_applications(self) -> "defer.Deferred[list[BaseException | None]]":
        """Cancel what is still answered; daphne's own stops at the first connection that has ended."""
        requests = self.requests()
        for request in requests:
            request.cancel()
        return defer.Deferred.fromFuture(asyncio.gather(*requests, return_exceptions=True))

    def stop_listening(self) -> None:
        self._port.stopListening()

    def requests(self) -> list["asyncio.Future[None]"]:
        """Return what is being answered, sockets included."""
        running = (entry.get("application_instance") for entry in self.connections.values())
        return [future for future in running if future is not None and not future.done()]


class DaphneServer:
    def __init__(self, bound: socket.socket) -> None:
        self._bound = bound
        self._closing = asyncio.Event()
        self.started = False

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        from config.asgi import application

        try:
            self._bound.settimeout(0)  # as Twisted wants what it adopts
            self._bound.listen(BACKLOG)
        except OSError:
            work.close()
            raise
        self._server = _Server(
            self._bound,
            application=application,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            websocket_max_message_size=settings.LEAN_BODY_MAX_BYTES,
            websocket_max_frame_size=settings.LEAN_BODY_MAX_BYTES,
            application_close_timeout=CLOSING_SECONDS,
            server_name="",
        )
        task = daphne.twisted_loop.create_task(work)
        task.add_done_callback(lambda _: self._server.stop())
        self._server.run()
        task.result()

    async def serve(self) -> None:
        self.started = True
        await self._closing.wait()
        self._server.stop_listening()
        requests = self._server.requests()
        if requests:
            await asyncio.wait(requests, timeout=CLOSING_SECONDS)

    def close(self) -> None:
        self._closing.set()
