"""What the serving process wants of an ASGI server: its loop, and an orderly end."""

from collections.abc import Coroutine
from typing import Any, Protocol

BACKLOG = 4096
CLOSING_SECONDS = 5
PING_SECONDS = 20
PONG_SECONDS = 20


class AsgiServer(Protocol):
    """One server on one socket. Signals are the process's own, and so is the count of trusted proxies."""

    @property
    def started(self) -> bool:
        """Whether the port accepts connections."""
        ...

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work`, which calls `serve`, to its end on the server's kind of event loop.

        Raises OSError when the socket cannot listen.
        """
        ...

    async def serve(self) -> None:
        """Answer connections until `close` was called; then let open requests finish for CLOSING_SECONDS."""
        ...

    def close(self) -> None:
        """Ask `serve` to come to its end."""
        ...
