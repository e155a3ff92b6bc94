"""The least that a relay in Python can cost: protocols by hand on uvloop, Ollama's lines in, events out.

Runs in the peers' environment. It checks nobody, keeps nothing and answers one question for each connection.
"""

import asyncio
import json
import os
import sys
from typing import Any
from urllib.parse import urlsplit

import uvloop  # type: ignore[import-not-found,unused-ignore]

MODEL = urlsplit(os.environ["OLLAMA_URL"])
HOST, PORT = MODEL.hostname or "", MODEL.port or 80
NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class Model(asyncio.Protocol):
    """Reads the model's answer; what begins with a brace is a line of it, the rest is HTTP's."""

    def __init__(self, question: bytes, asker: asyncio.Transport) -> None:
        self._question = question
        self._asker = asker
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        length = str(len(self._question)).encode()
        transport.write(b"POST /api/chat HTTP/1.1\r\nHost: model\r\nContent-Length: " + length + b"\r\n\r\n")
        transport.write(self._question)
        self._asker.write(HEAD)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if not line.startswith(b"{"):
                continue
            said = json.loads(line)
            chunk = {"choices": [{"delta": {"content": said["message"]["content"]}}]}
            self._asker.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
            if said["done"]:
                self._asker.write(b"data: [DONE]\n\n")
                self._asker.close()
                self._transport.close()


class Asker(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._heard = b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, _, body = self._heard.partition(b"\r\n\r\n")
        if not body.endswith(b"}"):
            if head.startswith(b"GET"):
                self._transport.write(NOTHING)
                self._transport.close()
            return
        loop, question = asyncio.get_running_loop(), body
        self._asking = loop.create_task(
            loop.create_connection(lambda: Model(question, self._transport), HOST, PORT)
        )


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Asker, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
