"""The base of our WebSocket consumers: an ASGI application with owned tasks and no thread hop per message.

Channels' own consumers await a database clean-up in a thread before every message and read no further
frame while one
is handled. Here the reading loop only starts tasks, so `stop` is heard while an answer streams. Routing,
tests and middleware of Channels work as with its consumers.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, ClassVar

from channels.exceptions import DenyConnection

from chatbot.protocol import MAX_FRAME_BYTES

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

SEND_SECONDS = 30.0  # a connection that takes nothing for so long has nobody at its other end
CLOSE_TOO_BIG = 1009
CLOSE_FLOOD = 4429


class SocketConsumer:
    """One connection. Subclasses implement `opened`, `read`, `kind_of`, `received` and `closed`; the three
    in the middle must not wait for anything. `frames_per_window` bounds each kind of frame by itself."""

    frames_per_window: ClassVar[Mapping[str, int]]
    window_seconds: ClassVar[float] = 10.0
    max_tasks: ClassVar[int] = 64

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self._tasks: set[asyncio.Task[None]] = set()
        self._window_began = 0.0
        self._window_frames: Counter[str] = Counter()
        self._serving: asyncio.Task[Any] | None = None
        self._gave_up = False
        self._closing: asyncio.Task[None] | None = None
        self.is_open = False

    @classmethod
    def as_asgi(cls) -> Callable[[dict[str, Any], Receive, Send], Coroutine[Any, Any, None]]:
        async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            await cls(scope, receive, send).run()

        return application

    async def opened(self) -> str | None:
        """Decide on the handshake: return the subprotocol, or raise DenyConnection."""
        return None

    def read(self, text: str | None) -> Any:
        """Return what a text frame says, for `kind_of` and `received`; None stands for a binary one."""
        raise NotImplementedError

    def kind_of(self, frame: Any) -> str | None:
        """Return under which bound of `frames_per_window` the frame is counted; None leaves it uncounted."""
        raise NotImplementedError

    def received(self, frame: Any) -> None:
        """Handle one frame."""
        raise NotImplementedError

    async def closed(self) -> None:
        """Let go of what `opened` took."""

    async def run(self) -> None:
        """Serve the connection until either side closes it; every task it started has ended then."""
        await self._receive()  # websocket.connect
        try:
            subprotocol = await self.opened()
        except DenyConnection:
            await self._send({"type": "websocket.close", "code": 4403})
            return
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})
        self.is_open = True
        self._serving = asyncio.current_task()
        try:
            await self.ready()
            while self.is_open:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    break
                await self._take(message)
            if self._closing is not None:  # servers say no more for an application that has returned
                await self._closing
        except asyncio.CancelledError:
            if not self._gave_up or self._serving is None or self._serving.uncancel():
                raise
        finally:
            self._serving = None
            self.is_open = False
            await self._end_tasks()
            await self.closed()

    async def ready(self) -> None:
        """Greet, after the handshake was accepted."""

    async def send_text(self, text: str) -> None:
        """Send one frame; silently nothing once the connection is gone."""
        if self.is_open:
            await self._say({"type": "websocket.send", "text": text})

    async def close(self, code: int) -> None:
        """Close with a code of RFC 6455 or of ours (44xx), after what waits to be sent."""
        if self.is_open:
            self.is_open = False
            self._closing = asyncio.create_task(self._say({"type": "websocket.close", "code": code}))
            await asyncio.shield(self._closing)

    async def _say(self, message: dict[str, Any]) -> None:
        """Send, or give a connection up that takes nothing: no server ends it while its buffer is full."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(message)
        except TimeoutError:
            self.is_open = False
            self._gave_up = True
            if self._serving is not None and self._serving is not asyncio.current_task():
                self._serving.cancel()
        except OSError:
            self.is_open = False

    def spawn(
        self, work: Coroutine[Any, Any, None], *, at_most: int | None = None
    ) -> asyncio.Task[None] | None:
        """Run `work` as a task of this connection; None (and the work is dropped) when there are too many."""
        if len(self._tasks) >= (at_most or self.max_tasks):
            work.close()
            return None
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _take(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        size = len(text.encode()) if text is not None else len(message.get("bytes") or b"")
        if size > MAX_FRAME_BYTES:
            return await self.close(CLOSE_TOO_BIG)
        frame = self.read(text)
        kind = self.kind_of(frame)
        if kind is not None and self._is_flood(kind):
            return await self.close(CLOSE_FLOOD)
        self.received(frame)
        return None

    def _is_flood(self, kind: str) -> bool:
        now = time.monotonic()
        if now - self._window_began > self.window_seconds:
            self._window_began = now
            self._window_frames.clear()
        self._window_frames[kind] += 1
        return self._window_frames[kind] > self.frames_per_window[kind]

    async def _end_tasks(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
