"""Asking for many answers at once, and what that costs the process that relays them.

Every gateway is asked over HTTP on a connection for each answer, which its end closes; the words are counted
as they come, without reading the JSON around them, so that the load generator costs little itself.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typing_extensions import override

from bench.gateways.peers import Peer
from bench.streaming.reader import QUESTION

# Not the version of HTTP. The space after a word may come with the next one: it could begin a citation.
WORD = re.compile(rb"(?<![/\d])\d+\.\d+(?=[ \"])")
WRITING, FIRST, LAST = b'"stage":"writing"', b'"type":"delta"', b'"type":"done"'
SAMPLE_SECONDS = 0.05
MOST_SHOWN = 400


@dataclass(slots=True)
class Flow:
    """What was used and heard while all answers of a run were flowing: from the last one's first words until
    the first one's end."""

    cpu_us: float = 0.0
    tokens: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Heard:
    """What one run of one gateway came to; times in milliseconds."""

    streams: int
    tokens: int = 0
    bytes: int = 0
    begun: int = 0
    ended: int = 0
    first: list[float] = field(default_factory=list)
    relayed: list[float] = field(default_factory=list)  # ours: from the end of the search to the first words
    whole: list[float] = field(default_factory=list)  # to the end
    cpu_us: float = 0.0
    seconds: float = 0.0
    all_begun: asyncio.Event = field(default_factory=asyncio.Event)
    flow: Flow = field(default_factory=Flow)


class Answer(asyncio.Protocol):
    """One answer as it is heard; `ours` has words of its own before and after it."""

    def __init__(self, request: bytes, heard: Heard, *, ours: bool) -> None:
        self._request, self._heard, self._ours = request, heard, ours
        self._began = self._searched = time.perf_counter()
        self._rest = self._opened = b""
        self._flows = self._is_over = False
        self.ended = asyncio.get_running_loop().create_future()

    @override
    def connection_made(self, transport: Any) -> None:
        transport.write(self._request)

    @override
    def data_received(self, data: bytes) -> None:
        self._heard.bytes += len(data)
        lines, _, self._rest = (self._rest + data).rpartition(b"\n")
        if not self._flows:
            lines = self._opening(lines)
        if self._flows and not self._is_over:
            written, end, _rest = lines.partition(LAST)
            self._heard.tokens += len(WORD.findall(written))
            self._is_over = bool(end)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        self._heard.ended += 1
        self._heard.whole.append((time.perf_counter() - self._began) * 1000)
        if self._flows:
            self.ended.set_result(None)
        else:
            said = self._opened[-MOST_SHOWN:].decode(errors="replace")
            self.ended.set_exception(ConnectionError(f"a gateway gave no answer: {said}"))

    def _opening(self, lines: bytes) -> bytes:
        """Look for the first words; return the lines from there on."""
        self._opened += lines
        now = time.perf_counter()
        if self._ours and WRITING in lines:
            self._searched = now
        first = lines.find(FIRST) if self._ours else 0
        if first < 0 or not WORD.search(lines, first):
            return b""
        self._flows = True
        self._heard.begun += 1
        if self._heard.begun == self._heard.streams:
            self._heard.all_begun.set()
        self._heard.first.append((now - self._began) * 1000)
        if self._ours:
            self._heard.relayed.append((now - self._searched) * 1000)
        return lines[first:]


def cpu_us(pid: int) -> float:
    """Return the processor time that a process has used in microseconds; 0 for no process."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    used = 0
    for stat in stats:
        with suppress(OSError):  # a thread that has ended meanwhile
            used += int(stat.read_text(encoding="ascii").split()[0])
    return used / 1000


async def asked(peer: Peer, streams: int) -> Heard:
    """Ask for as many answers at the same time and hear them to their ends."""
    heard, before, began = Heard(streams), cpu_us(peer.pid), time.perf_counter()
    watching = asyncio.create_task(_watch(heard, lambda: cpu_us(peer.pid)))
    await asyncio.gather(*(_answer(peer, heard) for _ in range(streams)))
    watching.cancel()
    heard.seconds, heard.cpu_us = time.perf_counter() - began, cpu_us(peer.pid) - before
    return heard


async def _answer(peer: Peer, heard: Heard) -> None:
    host, port = peer.address.removeprefix("http://").split(":")
    request = request_of(peer)
    _transport, answer = await asyncio.get_running_loop().create_connection(
        lambda: Answer(request, heard, ours=peer.is_ours), host, int(port)
    )
    await answer.ended


async def _watch(heard: Heard, used: Callable[[], float]) -> None:
    """Look again and again at what is used while all answers flow."""
    await heard.all_begun.wait()
    began, cpu, tokens = time.perf_counter(), used(), heard.tokens
    while not heard.ended:
        heard.flow = Flow(used() - cpu, heard.tokens - tokens, time.perf_counter() - began)
        await asyncio.sleep(SAMPLE_SECONDS)


def request_of(peer: Peer) -> bytes:
    """Return a question as HTTP."""
    question: Any = {"prompt": QUESTION}
    if not peer.is_ours:
        messages = [{"role": "user", "content": QUESTION}]
        question = {"model": "scripted", "stream": True, "messages": messages}
    body = json.dumps(question).encode()
    lines = (
        f"POST {peer.path} HTTP/1.1",
        f"Host: {peer.address.removeprefix('http://')}",
        "Content-Type: application/json",
        "Accept: text/event-stream",
        f"Authorization: Bearer {peer.key}",
        "Connection: close",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body
