"""Asking for many answers at once, and what that costs the process that relays them."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.gateways.peers import Peer
from bench.streaming.reader import QUESTION


@dataclass(slots=True)
class Heard:
    """What one run of one gateway came to; times in milliseconds."""

    tokens: int = 0
    first: list[float] = field(default_factory=list)
    relayed: list[float] = field(default_factory=list)  # ours: from the end of the search to the first words
    cpu_us: float = 0.0
    seconds: float = 0.0


def cpu_us(pid: int) -> float:
    """Return the processor time that a process has used in microseconds."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(stat.read_text(encoding="ascii").split()[0]) for stat in stats) / 1000


async def ours(address: str, token: str, pid: int, streams: int) -> Heard:
    """Ask `POST /chat` for as many answers at the same time, as events: the way that the peers have, too."""
    heard, before, began = Heard(), cpu_us(pid), time.perf_counter()
    await asyncio.gather(*(_ours(address, token, heard) for _ in range(streams)))
    heard.seconds, heard.cpu_us = time.perf_counter() - began, cpu_us(pid) - before
    return heard


async def _ours(address: str, token: str, heard: Heard) -> None:
    began = found = time.perf_counter()
    started = False
    reader, writer = await _asked(address, "/chat", token, {"prompt": QUESTION})
    while line := await reader.readline():
        frame = json.loads(line[6:]) if line.startswith(b"data: {") else {"type": ""}
        if frame["type"] == "stage":
            found = time.perf_counter()
        elif frame["type"] == "delta":
            if not started:
                started, now = True, time.perf_counter()
                heard.first.append((now - began) * 1000)
                heard.relayed.append((now - found) * 1000)
            heard.tokens += frame["text"].count(" ")
        elif frame["type"] in {"done", "error"}:
            break
    writer.close()


async def theirs(peer: Peer, streams: int) -> Heard:
    heard, before, began = Heard(), cpu_us(peer.pid), time.perf_counter()
    await asyncio.gather(*(_theirs(peer, heard) for _ in range(streams)))
    heard.seconds, heard.cpu_us = time.perf_counter() - began, cpu_us(peer.pid) - before
    return heard


async def _theirs(peer: Peer, heard: Heard) -> None:
    asked = {"model": "scripted", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
    began, started = time.perf_counter(), False
    reader, writer = await _asked(peer.address, "/v1/chat/completions", peer.key, asked)
    while (line := await reader.readline()) and b"[DONE]" not in line:
        said = line.startswith(b"data: {") and json.loads(line[6:])
        choices = said["choices"] if said else []
        text = (choices[0].get("delta", {}).get("content") if choices else "") or ""
        if text and not started:
            started = True
            heard.first.append((time.perf_counter() - began) * 1000)
        heard.tokens += text.count(" ")
    writer.close()


async def _asked(
    address: str, path: str, token: str, body: Any
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a question on a connection of its own; its answer comes as events."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=2**20)
    asked = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Accept: text/event-stream\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(asked)}\r\n\r\n"
    )
    writer.write(head.encode() + asked)
    return reader, writer
