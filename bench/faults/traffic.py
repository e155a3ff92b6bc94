"""People who ask through all replicas, and ask again under the same key until they are answered.

What they were told is kept: a question is acknowledged when its id came back, an answer when its end did.
"""

import asyncio
import json
import random
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from bench.faults.people import Person
from tools.stack.folders import ROOT

TIMEOUT = httpx.Timeout(40, connect=2)
LAST_TRIES_SECONDS = 60
THINKING_SECONDS = (0.3, 1.5)
FAILURES = (httpx.HTTPError, json.JSONDecodeError, KeyError)


@dataclass(slots=True)
class Asked:
    """One question, and what its asker was told of it: `status` failed is an error in the answer's place."""

    text: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    question_id: str = ""
    answer_id: str = ""
    status: str = ""
    answer: str = ""
    tries: int = 0


class Traffic:
    """`with Traffic(...) as traffic: …` asks from a thread of its own, and ends with all answered."""

    def __init__(self, addresses: Sequence[str], people: Sequence[Person], *, askers: int, seed: int) -> None:
        self._addresses, self._people, self._askers = list(addresses), list(people), askers
        self._random = random.Random(seed)
        lines = (ROOT / "demo" / "questions.txt").read_text(encoding="utf-8").splitlines()
        self._questions = [line.strip() for line in lines if line.strip()]
        self._ending = threading.Event()
        self._last_try = float("inf")
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="traffic", daemon=True)
        self.asked: list[Asked] = []

    def __enter__(self) -> "Traffic":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._last_try = time.monotonic() + LAST_TRIES_SECONDS
        self._ending.set()
        self._thread.join()

    async def _run(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            people = [self._people[number % len(self._people)] for number in range(self._askers)]
            await asyncio.gather(*(self._ask_on(client, person) for person in people))

    async def _ask_on(self, client: httpx.AsyncClient, person: Person) -> None:
        while not self._ending.is_set():
            asked = Asked(self._random.choice(self._questions))
            self.asked.append(asked)
            with suppress(TimeoutError):
                await self._until_answered(client, person, asked)
            await asyncio.sleep(self._random.uniform(*THINKING_SECONDS))

    async def _until_answered(self, client: httpx.AsyncClient, person: Person, asked: Asked) -> None:
        """Ask until there is an end; raise TimeoutError when there is none long after everything is well."""
        while not asked.status:
            asked.tries += 1
            address = self._random.choice(self._addresses)
            how = _streamed if self._random.random() < 0.5 else _whole
            try:
                await how(client, address, person, asked)
            except FAILURES as error:
                if isinstance(error, httpx.HTTPStatusError) and error.response.status_code == 401:
                    await _log_in_again(address, person)
                if time.monotonic() > self._last_try:
                    raise TimeoutError from error
                await asyncio.sleep(self._random.uniform(0.1, 0.5))


async def _log_in_again(address: str, person: Person) -> None:
    with suppress(*FAILURES):
        await asyncio.to_thread(person.log_in, address)


async def _whole(client: httpx.AsyncClient, address: str, person: Person, asked: Asked) -> None:
    answer = await client.post(
        f"{address}/chat",
        json={"prompt": asked.text},
        headers={**person.headers, "Idempotency-Key": asked.key},
    )
    answer.raise_for_status()
    body = answer.json()
    asked.question_id, asked.answer_id = body["question_id"], body["answer_id"]
    asked.answer, asked.status = body["response"], body["status"]


async def _streamed(client: httpx.AsyncClient, address: str, person: Person, asked: Asked) -> None:
    headers = {**person.headers, "Idempotency-Key": asked.key, "Accept": "text/event-stream"}
    body = {"prompt": asked.text}
    async with client.stream("POST", f"{address}/chat", json=body, headers=headers) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                _take(asked, json.loads(line.removeprefix("data: ")))


def _take(asked: Asked, frame: dict[str, str]) -> None:
    if frame["type"] == "accepted":
        asked.question_id, asked.answer_id = frame["question_id"], frame["answer_id"]
    elif frame["type"] == "done":
        asked.answer, asked.status = frame["text"], frame["status"]
    elif frame["type"] == "error" and frame.get("answer_id"):
        asked.status = "failed"
