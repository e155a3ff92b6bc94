"""Where the processor time of a replica goes while answers flow: by part and by function,
seen from outside."""

import asyncio
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.gateways import load
from bench.gateways.loads import follow_script
from bench.gateways.peers import Peer, installed

STREAMS, TOKENS, RATE = 40, 600, 50
BEGIN_SECONDS, SECONDS, SAMPLES_A_SECOND = 3.0, 8, 200
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
    """Shares of all samples, the largest first."""

    samples: int
    parts: tuple[tuple[str, float], ...]
    functions: tuple[tuple[str, float], ...]


async def taken(model: str, ours: Peer) -> Profile:
    """Look at a replica while 40 answers flow; raises RuntimeError where that is not allowed."""
    follow_script(model, tokens=TOKENS, rate=RATE)
    asking = asyncio.create_task(load.asked(ours, STREAMS))
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        await asyncio.sleep(BEGIN_SECONDS)
        words = [
            str(installed("profiler", ("py-spy==0.4.3",)) / "py-spy"),
            "record",
            "--pid",
            str(ours.pid),
            "--duration",
            str(SECONDS),
        ]
        words += ["--rate", str(SAMPLES_A_SECOND), "--nonblocking", "--gil", "--format", "raw"]
        done = await asyncio.to_thread(
            subprocess.run, [*words, "--output", file.name], capture_output=True, text=True, check=False
        )
        await asking
        if done.returncode:
            raise RuntimeError(done.stderr[-500:])
        return summed_up(file.read().decode().splitlines())


def summed_up(lines: Iterable[str]) -> Profile:
    """Return the shares of what py-spy wrote: a stack from the outermost function on, and how often."""
    functions, parts = Counter[str](), Counter[str]()
    for line in lines:
        stack, _, times = line.rpartition(" ")
        frames = [found for frame in stack.split(";") if (found := _FRAME.match(frame))]
        if frames:
            functions[f"{frames[-1]['name']} ({frames[-1]['file']})"] += int(times)
            parts[_part_of([frame["file"] for frame in frames])] += int(times)
    samples = functions.total()
    return Profile(samples, _shares(parts, samples), _shares(functions, samples))


def _part_of(files: list[str]) -> str:
    for file in reversed(files):
        for part, pattern in PARTS:
            if re.search(pattern, file):
                return part
    return "the event loop, the server"


def _shares(counts: "Counter[str]", samples: int) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(count / samples, 3)) for name, count in counts.most_common(MOST))
