"""A model server that speaks Ollama's protocol at a fixed rate, in a process of its own.

The n-th answer is `n.0 n.1 n.2 …`; after `answers` of them the numbers begin anew.
"""

import argparse
import asyncio
import json
from contextlib import suppress
from itertools import cycle

CREATED = "2026-01-01T00:00:00Z"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
TAGS = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"models":[]}'


class ModelServer:
    """`tokens` of each answer, `rate` in tokens a second."""

    def __init__(self, *, tokens: int, rate: float, answers: int) -> None:
        self._tokens = tokens
        self._pause = 1 / rate
        self._numbers = cycle(range(1, answers + 1))
        self.running = 0

    async def serve(self, port: int) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", port, backlog=1024)
        async with server:
            await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self._request(head, reader, writer)
        writer.close()

    async def _request(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if b"content-length" in line]
        await reader.readexactly(int(lengths[0]) if lengths else 0)
        if not head.startswith(b"POST /api/chat "):
            writer.write(TAGS)
            return await writer.drain()
        writer.write(HEAD)
        return await self._answer(writer)

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        number, clock = next(self._numbers), asyncio.get_running_loop().time
        began = clock()
        for index in range(self._tokens):
            await asyncio.sleep(max(0.0, began + index * self._pause - clock()))
            await _line(writer, {"message": {"content": f"{number}.{index} "}, "done": False})
        counts = {"done_reason": "stop", "prompt_eval_count": 1, "eval_count": self._tokens}
        await _line(writer, {"message": {"content": ""}, "done": True, **counts})
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _line(writer: asyncio.StreamWriter, body: dict[str, object]) -> None:
    line = json.dumps({"model": "scripted", "created_at": CREATED, **body}).encode() + b"\n"
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
        asyncio.run(server.serve(options.port))


if __name__ == "__main__":
    main()
