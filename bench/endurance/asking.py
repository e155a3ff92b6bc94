"""Asking over HTTP for events, and when the first words come."""

import asyncio
import json
import time
from typing import Any

import httpx

from bench.streaming.reader import QUESTION


async def first_token_ms(door: str, token: str, *, stop: bool = False, **fields: Any) -> float:
    """Ask, read the answer to its end, or `stop` it at its first words; return when those came."""
    began, first = time.perf_counter(), 0.0
    reader, writer = await _asked(door, token, {"prompt": QUESTION, **fields})
    while line := await reader.readline():
        if not line.startswith(b"data: {"):
            continue
        came, frame = (time.perf_counter() - began) * 1000, json.loads(line[6:])
        if frame["type"] == "delta":
            if not first and stop:
                await _stop(door, token, frame["answer_id"])
            first = first or came
        elif frame["type"] in {"done", "error"}:
            break
    writer.close()
    if not first:
        raise RuntimeError("an answer without words")
    return first


async def firsts(door: str, token: str, *, count: int, apart: float, stop: bool = False) -> list[float]:
    """Ask `count` times, `apart` seconds after one another, whether or not the answers have ended."""
    asking = []
    for _number in range(count):
        asking.append(asyncio.create_task(first_token_ms(door, token, stop=stop)))
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


async def _stop(door: str, token: str, answer_id: str) -> None:
    async with httpx.AsyncClient(base_url=door, headers={"Authorization": f"Bearer {token}"}) as client:
        (await client.post(f"/api/v1/answers/{answer_id}/stop")).raise_for_status()
