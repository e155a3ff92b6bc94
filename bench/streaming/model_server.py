"""A model server that speaks Ollama's protocol at a fixed rate, in a process of its own.

The n-th answer is `n.0 n.1 n.2 …`; after `answers` of them the numbers begin anew. `POST /script
{"tokens": …, "rate": …}` changes what the next answers are.
"""

import argparse
import asyncio
import json
from contextlib import suppress
from itertools import cycle

import uvloop

CREATED = "2026-01-01T00:00:00Z"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
TAGS = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"models":[]}'
LINE = (
    f'{{"model":"scripted","created_at":"{CREATED}",'
    '"message":{"role":"assistant","content":"%d.%d "},"done":false}\n'
).encode()


class ModelServer:
    """`tokens` of each answer, `rate` in tokens a second."""

    def __init__(self, *, tokens: int, rate: float, answers: int) -> None:
        self._tokens = tokens
        self._pause = 1 / rate
        self._numbers = cycle(range(1, answers + 1))

    async def serve(self, port: int) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", port, backlog=1024)
        async with server:
            await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = b""
            while b"connection: close" not in head:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await self._request(head, reader, writer)
        writer.close()

    async def _request(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if b"content-length" in line]
        body = await reader.readexactly(int(lengths[0]) if lengths else 0)
        if head.startswith((b"post /api/chat ", b"post /v1/chat/completions ")):
            writer.write(HEAD)
            return await self._answer(writer)
        if head.startswith(b"post /script "):
            script = json.loads(body)
            self._tokens, self._pause = script["tokens"], 1 / script["rate"]
        writer.write(TAGS)
        return await writer.drain()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        number, clock = next(self._numbers), asyncio.get_running_loop().time
        began, tokens, pause = clock(), self._tokens, self._pause
        for index in range(tokens):
            wait = began + index * pause - clock()
            if wait > 0:
                await asyncio.sleep(wait)
            await _line(writer, LINE % (number, index))
        counts = {"done_reason": "stop", "prompt_eval_count": 1, "eval_count": tokens}
        last = {
            "model": "scripted",
            "created_at": CREATED,
            "message": {"content": ""},
            "done": True,
            **counts,
        }
        await _line(writer, json.dumps(last).encode() + b"\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _line(writer: asyncio.StreamWriter, line: bytes) -> None:
    if writer.transport.is_closing():
        raise ConnectionResetError("the asker has gone")
    writer.write(b"%x\r\n%s\r\n" % (len(line), line))
    await writer.drain()


def is_whole(text: str, tokens: int) -> bool:
    """Tell whether the text is one answer of the model from its first word to its last."""
    number = text.partition(".")[0]
    return text.split() == [f"{number}.{index}" for index in range(tokens)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--rate", type=float, default=30)
    parser.add_argument("--answers", type=int, default=1_000_000)
    options = parser.parse_args()
    with suppress(KeyboardInterrupt):
        server = ModelServer(tokens=options.tokens, rate=options.rate, answers=options.answers)
        uvloop.run(server.serve(options.port))


if __name__ == "__main__":
    main()
