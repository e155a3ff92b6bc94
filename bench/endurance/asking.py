"""Asking over HTTP for events, and when the first words come."""

import asyncio
import json
import time
from typing import Any

from bench.streaming.reader import QUESTION


async def first_token_ms(door: str, token: str, **fields: Any) -> float:
    """Ask, read the answer to its end, and return when its first words came."""
    began, first = time.perf_counter(), 0.0
    reader, writer = await _asked(door, token, {"prompt": QUESTION, **fields})
    while line := await reader.readline():
        if not line.startswith(b"data: {"):
            continue
        frame = json.loads(line[6:])
        if frame["type"] == "delta":
            first = first or (time.perf_counter() - began) * 1000
        elif frame["type"] in {"done", "error"}:
            break
    writer.close()
    if not first:
        raise RuntimeError("an answer without words")
    return first


async def firsts(door: str, token: str, *, count: int, apart: float) -> list[float]:
    """Ask `count` times, `apart` seconds after one another, whether or not the answers have ended."""
    asking = []
    for _number in range(count):
        asking.append(asyncio.create_task(first_token_ms(door, token)))
        await asyncio.sleep(apart)
    return await asyncio.gather(*asking)


def at_95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


async def _asked(door: str, token: str, body: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = door.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=2**20)
    asked = json.dumps(body).encode()
    head = (
        f"POST /chat HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Accept: text/event-stream\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(asked)}\r\n\r\n"
    )
    writer.write(head.encode() + asked)
    return reader, writer
