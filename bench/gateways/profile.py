"""Where the processor time of a replica goes while answers flow: by part and by function,
seen from outside."""

import asyncio
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from bench.gateways import load, traffic
from bench.gateways.loads import follow_script
from bench.gateways.peers import Peer, installed

SECONDS, SAMPLES_A_SECOND = 7, 200
MOST = 16
# What a frame of the stack belongs to; the innermost that is named here counts.
PARTS = (
    ("reading the model", "chatbot/llm/"),
    ("citations, drafting", "chatbot/(turn|citations)"),
    ("frames and the log in memory", "chatbot/(job|protocol|streams/(memory|port))"),
    ("copying to Redis", "chatbot/streams/redis"),
    ("serving the readers", "chatbot/(views|sse|answers|credit|consumers|socket|watch)|config/(lean|asgi)"),
    (
        "keeping in the database",
        "conversations/|chatbot/keeping|config/kernel/(outbox|postgresql)|analytics/",
    ),
    ("searching", "retrieval/"),
    ("signing in, limits", "accounts/"),
)
_FRAME = re.compile(r"^(?P<name>.+) \((?P<file>[^:]+)(?::\d+)?\)$")


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of all samples, the largest first; `of` says under which load."""

    of: str
    samples: int
    parts: tuple[tuple[str, float], ...]
    functions: tuple[tuple[str, float], ...]


async def flowing(model: str, ours: Peer) -> Profile:
    return await _of_answers(model, ours, 40, tokens=600, after=4.0)


async def crowded(model: str, ours: Peer) -> Profile:
    return await _of_answers(model, ours, 300, tokens=3000, after=45.0)


async def _of_answers(model: str, ours: Peer, answers: int, *, tokens: int, after: float) -> Profile:
    """Look while as many answers flow, `after` so many seconds, when all have been searched for."""
    follow_script(model, tokens=tokens, rate=50)
    of = f"{answers} answers of 50 tokens a second flow"
    return await _taken(of, ours.pid, load.asked(ours, answers), after=after)


async def asking(model: str, ours: Peer) -> Profile:
    of = "32 ask again and again for whole answers"
    return await _taken(of, ours.pid, traffic.asking(model, ours, lambda: 0.0), after=1.0)


async def _taken(of: str, pid: int, work: Coroutine[Any, Any, object], *, after: float) -> Profile:
    """Look at a process under a load, from so many seconds on; raises RuntimeError where that is not
    allowed."""
    loading = asyncio.create_task(work)
    try:
        with tempfile.NamedTemporaryFile(suffix=".txt") as file:
            await asyncio.sleep(after)
            await asyncio.to_thread(_record, pid, file.name)
            return summed_up(of, file.read().decode().splitlines())
    finally:
        await loading


def _record(pid: int, name: str) -> None:
    program = installed("profiler", ("py-spy==0.4.3",)) / "py-spy"
    words = [str(program), "record", "--pid", str(pid), "--duration", str(SECONDS), "--output", name]
    words += ["--rate", str(SAMPLES_A_SECOND), "--nonblocking", "--gil", "--format", "raw"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])


def summed_up(of: str, lines: Iterable[str]) -> Profile:
    """Return the shares of what py-spy wrote: a stack from the outermost function on, and how often."""
    functions, parts = Counter[str](), Counter[str]()
    for line in lines:
        stack, _, times = line.rpartition(" ")
        frames = [found for frame in stack.split(";") if (found := _FRAME.match(frame))]
        if frames:
            functions[f"{frames[-1]['name']} ({frames[-1]['file']})"] += int(times)
            parts[_part_of([frame["file"] for frame in frames])] += int(times)
    samples = functions.total()
    return Profile(of, samples, _shares(parts, samples), _shares(functions, samples))


def _part_of(files: list[str]) -> str:
    for file in reversed(files):
        for part, pattern in PARTS:
            if re.search(pattern, file):
                return part
    return "the event loop, the server"


def _shares(counts: "Counter[str]", samples: int) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(count / samples, 3)) for name, count in counts.most_common(MOST))
