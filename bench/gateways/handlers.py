"""One view on the lean handler and on Django's own, without a server: processor time and threads.

Runs in the product's environment and prints JSON.
"""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

ROUNDS, REQUESTS = 5, 200
SCOPE: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "GET",
    "path": "/health/live",
    "raw_path": b"/health/live",
    "query_string": b"",
    "root_path": "",
    "scheme": "http",
    "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
}
Application = Callable[[Any, Any, Any], Awaitable[None]]


async def ask(application: Application) -> int:
    """Send one request and return its status."""
    said: list[dict[str, Any]] = []
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])
    leaving = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if (message := next(asked, None)) is None:
            await leaving.wait()
        return message or {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await application(dict(SCOPE), receive, send)
    return int(said[0]["status"])


async def cost(application: Application) -> float:
    """Return microseconds of the process for a request."""
    began = time.process_time()
    for _request in range(REQUESTS):
        if await ask(application) != 200:
            raise RuntimeError("the view did not answer")
    return (time.process_time() - began) / REQUESTS * 1e6


async def compared(lean: Application, stock: Application) -> dict[str, float]:
    for application in (lean, stock):
        await cost(application)
    pairs = [(await cost(lean), await cost(stock)) for _round in range(ROUNDS)]
    before = threads_started()
    await cost(lean)
    return {
        "lean_us": median(pair[0] for pair in pairs),
        "stock_us": median(pair[1] for pair in pairs),
        "stock_over_lean": median(stock_us / lean_us for lean_us, stock_us in pairs),
        "threads_of_a_lean_request": (threads_started() - before) / REQUESTS,
    }


_started: list[str] = []


def threads_started() -> int:
    return len(_started)


def count_threads() -> None:
    def counted(thread: threading.Thread) -> None:
        _started.append(thread.name)
        start(thread)

    start, threading.Thread.start = threading.Thread.start, counted  # type: ignore[method-assign,assignment]


def main() -> None:
    count_threads()
    from django.core.handlers.asgi import ASGIHandler  # noqa: PLC0415

    from config.asgi import lean  # noqa: PLC0415  sets Django up

    stock = ASGIHandler()
    print(json.dumps(asyncio.run(compared(lean, stock))))


if __name__ == "__main__":
    main()
