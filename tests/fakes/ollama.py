"""A scripted server that speaks Ollama's protocol over real HTTP, its own and the OpenAI-compatible one:
every piece waits for its permit, faults on demand."""

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Literal, Self

from tests.fakes.dialects import DIALECTS, Dialect
from tests.fakes.embeddings import HashedEmbedder

Fault = Literal["none", "status", "cut", "error_line", "silent", "length"]
_HEAD = "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{length}\r\n\r\n"


class FakeOllama:
    """`async with FakeOllama(["a", "b"]) as ollama: ...`; `ollama.url` is its address.

    With `gated=True` each piece waits until `allow` permits it, so a test decides what has been streamed.
    `torn` sends every line in two halves. Every model's name is known, or only `model`.
    """

    def __init__(
        self,
        pieces: Sequence[str] = (),
        *,
        gated: bool = False,
        fault: Fault = "none",
        torn: bool = False,
        model: str = "",
    ) -> None:
        self.pieces = list(pieces)
        self.fault: Fault = fault
        self.torn = torn
        self.model = model
        self.requests: list[dict[str, Any]] = []
        self.headers: list[str] = []  # of each request, as they were sent
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
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.lower().split("\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
        body = json.loads(await reader.readexactly(length) or b"{}")
        path = head.split(" ")[1]
        if path in {"/api/tags", "/v1/models"}:
            return await _reply(writer, "200 OK", {"models": []} if path == "/api/tags" else {"data": []})
        self.headers.append(head)
        self.requests.append(body)
        if self.fault == "status":
            return await _reply(writer, "500 Internal Server Error", {"error": "broken"})
        if self.model and body["model"] != self.model:
            return await _reply(writer, "404 Not Found", {"error": f"model '{body['model']}' not found"})
        if path == "/api/embed":
            return await self._embed(writer, body)
        return await self._stream(reader, writer, DIALECTS[path])

    async def _embed(self, writer: asyncio.StreamWriter, body: dict[str, Any]) -> bool:
        vectors = HashedEmbedder().embed(body["input"], "passage") * 3
        rows = [[float(value) for value in row] for row in vectors]
        if self.fault == "cut":
            rows = rows[1:]
        counts = {"total_duration": 1, "load_duration": 1, "prompt_eval_count": len(rows)}
        return await _reply(writer, "200 OK", {"model": body["model"], "embeddings": rows, **counts})

    async def _stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dialect: Dialect
    ) -> bool:
        head = _HEAD.format(status="200 OK", kind=dialect.kind, length="Transfer-Encoding: chunked")
        writer.write(head.encode())
        await writer.drain()
        for piece in self.pieces:
            if not await self._permitted(reader):
                return False
            await self._send(writer, dialect.piece(piece))
        if self.fault == "silent":
            await self._permitted(reader, forever=True)
            return False
        if self.fault == "error_line":
            await self._send(writer, dialect.failure())
        if self.fault in {"cut", "error_line"}:
            return False
        reason = "length" if self.fault == "length" else "stop"
        await self._send(writer, dialect.end(len(self.pieces), reason))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _send(self, writer: asyncio.StreamWriter, line: bytes) -> None:
        middle = len(line) // 2 if self.torn else 0
        for part in (line[:middle], line[middle:]):
            if part:
                writer.write(b"%x\r\n%s\r\n" % (len(part), part))
                await writer.drain()
                await asyncio.sleep(0)

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


async def _reply(writer: asyncio.StreamWriter, status: str, body: dict[str, Any]) -> bool:
    data = json.dumps(body).encode()
    head = _HEAD.format(status=status, kind="application/json", length=f"Content-Length: {len(data)}")
    writer.write(head.encode() + data)
    await writer.drain()
    return True
