"""The scripted model server for synchronous tests."""

import asyncio
import threading
from types import TracebackType
from typing import Any, Self

from tests.fakes.ollama import FakeOllama, Fault


class CardboardModel:
    """A `FakeOllama` on a thread of its own, for tests that have no event loop; they decide what has been
    written."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server = FakeOllama(gated=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._server.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._server.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def requests(self) -> list[dict[str, Any]]:
        return self._server.requests

    def script(self, text: str, *, size: int = 1) -> int:
        """Say what the next answer will be, in pieces of `size` characters; return how many there are."""
        self._server.pieces = [text[at : at + size] for at in range(0, len(text), size)]
        return len(self._server.pieces)

    def allow(self, count: int = 10_000) -> None:
        """Let the model write `count` further pieces."""
        self._loop.call_soon_threadsafe(self._server.allow, count)

    def fail(self, fault: Fault) -> None:
        """Answer with this fault from now on; `none` for no more."""
        self._server.fault = fault

    def withhold(self) -> None:
        """Take back the permits that were not used."""
        self._run(self._drain())

    async def _drain(self) -> None:
        permits = self._server._permits
        while not permits.locked():
            await permits.acquire()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)
