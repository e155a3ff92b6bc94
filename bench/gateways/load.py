"""Asking for many answers at once, and what that costs the process that relays them."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from websockets.asyncio.client import ClientConnection

from bench.gateways.peers import Peer
from bench.streaming.reader import QUESTION

ACKNOWLEDGED_EVERY = 16


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


async def ours(sockets: list[ClientConnection], pid: int) -> Heard:
    """Ask once on each of the sockets, all at the same time."""
    heard, before, began = Heard(), cpu_us(pid), time.perf_counter()
    await asyncio.gather(*(_ours(socket, heard) for socket in sockets))
    heard.seconds, heard.cpu_us = time.perf_counter() - began, cpu_us(pid) - before
    return heard


async def _ours(socket: ClientConnection, heard: Heard) -> None:
    began = found = time.perf_counter()
    started = False
    await socket.send(json.dumps({"type": "ask", "client_id": str(uuid4()), "text": QUESTION}))
    while True:
        frame = json.loads(await socket.recv())
        if frame["type"] == "stage":
            found = time.perf_counter()
        elif frame["type"] == "delta":
            if not started:
                started, now = True, time.perf_counter()
                heard.first.append((now - began) * 1000)
                heard.relayed.append((now - found) * 1000)
            heard.tokens += frame["text"].count(" ")
        elif frame["type"] in {"done", "error"}:
            return
        if "seq" in frame and frame["seq"] % ACKNOWLEDGED_EVERY == 0:
            ack = {"type": "ack", "answer_id": frame["answer_id"], "seq": frame["seq"]}
            await socket.send(json.dumps(ack))


async def theirs(peer: Peer, streams: int) -> Heard:
    heard, before, began = Heard(), cpu_us(peer.pid), time.perf_counter()
    await asyncio.gather(*(_theirs(peer, heard) for _ in range(streams)))
    heard.seconds, heard.cpu_us = time.perf_counter() - began, cpu_us(peer.pid) - before
    return heard


async def _theirs(peer: Peer, heard: Heard) -> None:
    """Read server-sent events by hand, so that the reader costs as little as it can."""
    asked = {"model": "scripted", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
    body = json.dumps(asked).encode()
    host, port = peer.address.removeprefix("http://").split(":")
    began, started = time.perf_counter(), False
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {peer.key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    while (line := await reader.readline()) and b"[DONE]" not in line:
        said = line.startswith(b"data: {") and json.loads(line[6:])
        choices = said["choices"] if said else []
        text = (choices[0].get("delta", {}).get("content") if choices else "") or ""
        if text and not started:
            started = True
            heard.first.append((time.perf_counter() - began) * 1000)
        heard.tokens += text.count(" ")
    writer.close()
