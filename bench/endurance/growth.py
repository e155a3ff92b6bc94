"""The same work for somebody with years behind and for somebody who came today: goals 15 and 18."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import httpx

from bench.endurance.asking import first_token_ms
from bench.faults.people import Person
from bench.gateways.goals import OURS, Row
from bench.streaming.stage import Stage
from tools.stack.folders import ROOT

SMALL = "small"
REQUESTS, QUESTIONS = 25, 6


def fill(stage: Stage) -> dict[str, str]:
    """Give the stage's people their histories; return the conversations by name."""
    many, few = stage.people
    done = subprocess.run(
        [sys.executable, "-m", "bench.endurance.histories", many.username, few.username],
        cwd=ROOT,
        env=stage.product.environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


async def compared(stage: Stage, conversations: dict[str, str]) -> dict[str, Row]:
    """Do each thing for both in turn; milliseconds in the median."""
    many, few = stage.people
    door = stage.doors[0]
    with _client(door, many) as ours, _client(door, few) as theirs:
        opened = _in_turn(
            lambda: _get(ours, f"/api/v1/conversations/{conversations['long']}/messages"),
            lambda: _get(theirs, f"/api/v1/conversations/{conversations['short']}/messages"),
        )
        listed = _in_turn(
            lambda: _get(ours, "/api/v1/conversations"), lambda: _get(theirs, "/api/v1/conversations")
        )
        vast = f"/api/v1/conversations/{conversations['vast']}/messages"
        far, end = _in_turn(
            lambda: _get(ours, f"{vast}?before={conversations['far']}"), lambda: _get(ours, vast)
        )
    asked: dict[str, list[float]] = {OURS: [], SMALL: []}
    for _question in range(QUESTIONS):
        for name, person, which in ((OURS, many, "asked"), (SMALL, few, "fresh")):
            one = await first_token_ms(door, person.access, conversation_id=conversations[which])
            asked[name].append(one)
    rows = {
        name: {"open_ms": opened[at], "list_ms": listed[at], "ask_ms": median(asked[name])}
        for at, name in enumerate((OURS, SMALL))
    }
    rows[OURS]["far_over_end"] = far / end
    return rows


def _client(door: str, person: Person) -> httpx.Client:
    return httpx.Client(base_url=door, headers=person.headers, timeout=60)


def _get(client: httpx.Client, path: str) -> None:
    client.get(path).raise_for_status()


def _in_turn(one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """Return how long each takes, in milliseconds, in the median."""
    times: tuple[list[float], list[float]] = ([], [])
    for _request in range(REQUESTS):
        for work, seen in zip((one, other), times, strict=True):
            began = time.perf_counter()
            work()
            seen.append((time.perf_counter() - began) * 1000)
    return median(times[0]), median(times[1])
