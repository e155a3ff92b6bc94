"""A client on the other side of ASGI: sends one request, collects the messages, may leave in the middle."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    chunks: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    def json(self) -> Any:
        return json.loads(self.body)

    def take(self, message: dict[str, Any]) -> None:
        """Keep what one message of the application says."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        else:
            self.chunks.append(message.get("body", b""))


@dataclass
class Client:
    """`leave_after`: the number of body messages after which the client disconnects."""

    app: Any
    leave_after: int | None = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: Iterable[bytes] = (b"",),
        query: bytes = b"",
    ) -> Answer:
        answer, gone = Answer(), asyncio.Event()
        incoming = _incoming(list(body))

        async def receive() -> dict[str, Any]:
            if incoming:
                return incoming.pop(0)
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            answer.take(message)
            if self.leave_after is not None and len(answer.chunks) >= self.leave_after:
                gone.set()

        await self.app(_scope(method, path, headers or {}, query), receive, send)
        return answer


def _incoming(parts: list[bytes]) -> list[dict[str, Any]]:
    return [
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, start=1)
    ]


def _scope(method: str, path: str, headers: dict[str, str], query: bytes) -> dict[str, Any]:
    named = {"host": "localhost", **headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in named.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("localhost", 80),
    }
