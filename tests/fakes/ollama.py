"""A scripted server that speaks Ollama's protocol over real HTTP: every piece waits for its permit, faults
on demand."""

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Literal, Self

Fault = Literal["none", "status", "cut", "error_line", "silent"]


class FakeOllama:
    """`async with FakeOllama(["a", "b"]) as ollama: ...`; `ollama.url` is its address.

    With `gated=True` each piece waits until `allow` permits it, so a test decides what has been streamed.
    """

    def __init__(self, pieces: Sequence[str] = (), *, gated: bool = False, fault: Fault = "none") -> None:
        self.pieces = list(pieces)
        self.fault: Fault = fault
        self.requests: list[dict[str, Any]] = []
        self.hung_up = asyncio.Event()  # a client left before its answer was complete
        self._permits = asyncio.Semaphore(0 if gated else 1_000_000)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def allow(self, count: int = 1) -> None:
        """Permit `count` further pieces."""
        for _ in range(count):
            self._permits.release()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while await self._answer_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        body = await reader.readexactly(length)
        if b"/api/tags" in head.split(b"\r\n", 1)[0]:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + b'{"models":[]}')
            await writer.drain()
            return True
        self.requests.append(json.loads(body))
        if self.fault == "status":
            writer.write(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}")
            await writer.drain()
            return True
        return await self._stream(reader, writer)

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        await writer.drain()
        for piece in self.pieces:
            if not await self._permitted(reader):
                return False
            await _send_line(writer, {"message": {"role": "assistant", "content": piece}, "done": False})
        if self.fault == "silent":
            await self._permitted(reader, forever=True)
            return False
        if self.fault == "error_line":
            await _send_line(writer, {"error": "out of memory"})
        if self.fault in {"cut", "error_line"}:
            return False
        last = {
            "message": {"content": ""},
            "done": True,
            "prompt_eval_count": 11,
            "eval_count": len(self.pieces),
        }
        await _send_line(writer, last)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _permitted(self, reader: asyncio.StreamReader, *, forever: bool = False) -> bool:
        """Wait for a permit; False when the client hung up first."""
        permit = asyncio.ensure_future(asyncio.Event().wait() if forever else self._permits.acquire())
        gone = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({permit, gone}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            permit.cancel()
            self.hung_up.set()
            return False
        gone.cancel()
        await asyncio.wait({gone})
        return True


async def _send_line(writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    line = json.dumps(body).encode() + b"\n"
    writer.write(b"%x\r\n%s\r\n" % (len(line), line))
    await writer.drain()
