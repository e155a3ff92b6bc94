"""A client that asks and reads an answer to its end, over as many connections as it takes."""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bench.faults.people import Person
from bench.faults.product import Product

QUESTION = "כמה ימי חופשה מגיעים לי בשנה?"
PATIENCE_SECONDS = 30.0
ACKNOWLEDGED_EVERY = 16
FAILURES = (OSError, WebSocketException, httpx.HTTPError, TimeoutError)
Frame = dict[str, Any]


@dataclass
class Tally:
    """What was seen, over all readers."""

    counts: Counter[str] = field(default_factory=Counter)
    resumed_ms: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    unfinished: list[Frame] = field(default_factory=list)  # the last frames of answers that are not complete
    signing_in: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Reading:
    """One answer as far as it has come to this reader."""

    client_id: str = field(default_factory=lambda: str(uuid4()))
    answer_id: str = ""
    seq: int = 0
    text: str = ""
    done: Frame | None = None
    written_at: float = 0.0

    def take(self, frame: Frame, tally: Tally) -> None:
        """Add one frame of the answer; what does not follow the one before is counted."""
        if frame["seq"] != self.seq + 1:
            tally.counts["repeats" if frame["seq"] <= self.seq else "gaps"] += 1
        self.seq = frame["seq"]
        if frame["type"] == "delta":
            self.text += frame["text"]
            self.written_at = time.time()
        elif frame["type"] in {"done", "error"}:
            self.done = frame


class Reader:
    """Comes in through random doors; leaves after `cut_after` frames, if that is given, and comes again."""

    def __init__(
        self,
        product: Product,
        person: Person,
        chance: random.Random,
        *,
        tally: Tally,
        http: httpx.AsyncClient,
    ) -> None:
        self._product = product
        self._person = person
        self._chance = chance
        self._tally = tally
        self._http = http
        self.cut_after: tuple[int, int] | None = None
        self.last_door = ""

    async def read(self) -> Reading:
        """Ask one question and return its answer as it was read."""
        reading = Reading()
        while reading.done is None:
            try:
                await self._once(reading)
            except FAILURES:
                self._tally.counts["broken"] += 1
                await asyncio.sleep(self._chance.uniform(0.05, 0.4))
        self._tally.ends[str(reading.done.get("status") or reading.done["code"])] += 1
        return reading

    async def _once(self, reading: Reading) -> None:
        self.last_door = door = self._chance.choice(self._product.addresses)
        ticket = await self._ticket(door)
        began = time.perf_counter()
        url = f"{door.replace('http', 'ws', 1)}/ws/chat/"
        async with connect(url, subprotocols=["sicha.v1", f"ticket.{ticket}"], ping_interval=None) as socket:  # type: ignore[list-item]
            await self._frame(socket)  # hello
            resumed = bool(reading.answer_id)
            await socket.send(json.dumps(self._opening(reading)))
            left = self._chance.randint(*self.cut_after) if self.cut_after else -1
            while reading.done is None and left != 0:
                frame = await self._frame(socket)
                if resumed and "seq" in frame:
                    self._tally.resumed_ms.append((time.perf_counter() - began) * 1000)
                    resumed = False
                left -= "seq" in frame
                if await self._handle(frame, reading, socket):
                    return
            if reading.done is None:
                self._tally.counts["cuts"] += 1
                socket.transport.abort()

    def _opening(self, reading: Reading) -> Frame:
        if reading.answer_id:
            return {"type": "resume", "answer_id": reading.answer_id, "after_seq": reading.seq}
        return {"type": "ask", "client_id": reading.client_id, "text": QUESTION}

    async def _handle(self, frame: Frame, reading: Reading, socket: ClientConnection) -> bool:
        """Take a frame; tell whether to leave this connection for another one."""
        if "seq" in frame:
            reading.take(frame, self._tally)
            if reading.seq % ACKNOWLEDGED_EVERY == 0:
                ack = {"type": "ack", "answer_id": reading.answer_id, "seq": reading.seq}
                await socket.send(json.dumps(ack))
        elif frame["type"] == "accepted":
            reading.answer_id = frame["answer_id"]
        elif frame["type"] == "reconnect":
            self._tally.counts["led elsewhere"] += 1
            await asyncio.sleep(frame["after_ms"] / 1000)
            return True
        elif frame["type"] == "error":
            self._tally.counts[f"refused: {frame['code']}"] += 1
            await asyncio.sleep(frame.get("retry_after") or 0.2)
            return True
        return False

    async def _frame(self, socket: ClientConnection) -> Frame:
        async with asyncio.timeout(PATIENCE_SECONDS):
            frame: Frame = json.loads(await socket.recv())
        return frame

    async def _ticket(self, door: str) -> str:
        held = self._person.headers
        answer = await self._http.post(f"{door}/api/v1/ws-ticket", headers=held)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            async with self._tally.signing_in:  # one of all readers of a person does it
                if self._person.headers == held:
                    await asyncio.to_thread(self._person.log_in, door)
            answer = await self._http.post(f"{door}/api/v1/ws-ticket", headers=self._person.headers)
        if answer.is_server_error:
            self._tally.counts[f"HTTP {answer.status_code}"] += 1
        return str(answer.raise_for_status().json()["ticket"])
