"""Opens sockets, holds them and answers pings, in a process of its own.

Reads what to do as JSON from the first line of its input, writes `{"opened", "lost", "seconds"}`, waits for
another line, writes how many are still `{"live"}`, and ends. A socket counts as opened when it was greeted,
or accepted where no greeting is expected.
"""

import asyncio
import base64
import json
import os
import sys
import time
from typing import Any

FIRST_SOURCE, OF_EACH_SOURCE = 2, 8_000  # 127.0.0.2, 127.0.0.3 …: so there are ports enough
TEXT, CLOSE, PING = 1, 8, 9
PONG = 0x8A
PATIENCE_SECONDS = 120.0


class Socket(asyncio.Protocol):
    def __init__(self, request: bytes, *, greeted: bool) -> None:
        self._request = request
        self._greeted = greeted
        self._heard = b""
        self._accepted = False
        self.opened: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.is_live = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_live = False
        self._settle(opened=False)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._accepted:
            head, end, rest = self._heard.partition(b"\r\n\r\n")
            if not end:
                return
            self._heard, self._accepted = rest, True
            self._settle(opened=b" 101 " in head.partition(b"\r\n")[0], only_if=not self._greeted)
        while (length := self._frame_length()) is not None:
            frame, self._heard = self._heard[:length], self._heard[length:]
            self._take(frame)

    def _frame_length(self) -> int | None:
        """Return the length of the first frame; None while it is not there yet."""
        heard = self._heard
        if len(heard) < 2:
            return None
        short = heard[1] & 127
        head = {126: 4, 127: 10}.get(short, 2)
        length = head + (int.from_bytes(heard[2:head], "big") if head > 2 else short)
        return length if len(heard) >= length else None

    def _take(self, frame: bytes) -> None:
        kind = frame[0] & 15
        if kind == TEXT:
            self._settle(opened=b'"hello"' in frame, only_if=self._greeted)
        elif kind == PING:
            self._transport.write(bytes([PONG, 0x80 | frame[1]]) + bytes(4) + frame[2:])
        elif kind == CLOSE:
            self._transport.close()

    def _settle(self, *, opened: bool, only_if: bool = True) -> None:
        if only_if and not self.opened.done():
            self.is_live = opened
            self.opened.set_result(opened)


async def hold(task: dict[str, Any]) -> list[Socket]:
    """Open `count` sockets at the `ports` in turn, `at_once` of them at the same time."""
    slots = asyncio.Semaphore(task["at_once"])

    async def one(number: int) -> Socket:
        port = task["ports"][number % len(task["ports"])]
        made = Socket(request_of(port, task["headers"]), greeted=task["greeted"])
        source = (f"127.0.0.{FIRST_SOURCE + number // OF_EACH_SOURCE}", 0)
        async with slots:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await asyncio.get_running_loop().create_connection(
                        lambda: made, "127.0.0.1", port, local_addr=source
                    )
                    await made.opened
            except OSError:  # a timeout, too
                made.is_live = False
        return made

    return await asyncio.gather(*(one(number) for number in range(task["count"])))


def request_of(port: int, headers: list[str]) -> bytes:
    lines = [
        "GET /ws/chat/ HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def main() -> None:
    task, began = json.loads(sys.stdin.readline()), time.monotonic()
    sockets = await hold(task)
    opened = sum(socket.is_live for socket in sockets)
    said = {"opened": opened, "lost": len(sockets) - opened, "seconds": time.monotonic() - began}
    print(json.dumps(said), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps({"live": sum(socket.is_live for socket in sockets)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
