"""The command: see `bench.endurance`."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import bench.endurance
from bench.endurance import goals, growth, neighbours
from bench.endurance.idle import Idle, Rows
from bench.endurance.sockets import ORIGIN, bare
from bench.gateways.goals import OURS, Found
from bench.report import write
from bench.streaming import leaks
from bench.streaming.stage import Script, Stage, staged

SHORT, LONG = Script(20, 20), Script(4000, 400)
SILENT = 20
PARTS = ("idle", "abuse", "history", "silent")
# Those of the product, where the stage of the streams has others.
SETTINGS = {
    "ALLOWED_ORIGINS": ORIGIN,
    "MAX_CONCURRENT_GENERATIONS": "64",
    "MAX_CONCURRENT_GENERATIONS_EACH": "32",
}


class Record:
    """What was found, by load; each row is shown when it is there."""

    def __init__(self) -> None:
        self.found: Found = {}

    def add(self, load: str, rows: Rows) -> None:
        self.found.setdefault(load, []).append(rows)
        print(f"{load}: {json.dumps(rows)}", flush=True)


def figures(home: Path, rounds: int, only: Collection[str]) -> Found:
    """Measure everything, or some parts of it, on stages of its own."""
    record = Record()
    parts = {"idle": _idle, "abuse": _abuse, "history": _history}
    chosen = [part for name, part in parts.items() if name in only or not only]
    if chosen:
        with staged(home / "replicas", SHORT, replicas=3, settings=SETTINGS) as stage:
            for part in chosen:
                part(stage, rounds, record)
    for load, server in ((goals.UVICORN, "uvicorn"), (goals.DAPHNE, "daphne")):
        if "silent" in only or not only:
            with staged(home / server, LONG, replicas=1, settings={"ASGI_SERVER": server}) as stage:
                said = asyncio.run(leaks.silent(stage, readers=SILENT))
                record.add(load, {OURS: {name: float(value) for name, value in said.items()}})
    return record.found


def _idle(stage: Stage, rounds: int, record: Record) -> None:
    with bare() as other, ExitStack() as keep:
        idle = Idle(stage, other, keep)
        record.add(goals.SOCKETS, idle.crowd())
        for _round in range(rounds):
            for person in stage.people:  # a token lives five minutes
                person.log_in(stage.doors[0])
            record.add(goals.HANDSHAKES, idle.handshakes())
            record.add(goals.CROWDED, asyncio.run(idle.first_tokens()))
        record.add(goals.BURST, idle.burst())
        record.add(goals.TOGETHER, idle.together())


def _abuse(stage: Stage, rounds: int, record: Record) -> None:
    kinds = {goals.ABUSE: neighbours.WITHIN_LIMITS, goals.UNLIMITED: neighbours.UNLIMITED}
    for load, abuse in kinds.items():
        _in_rounds(
            rounds,
            record,
            load,
            stage,
            lambda abuse=abuse: neighbours.beside_abuse(stage, abuse),  # type: ignore[misc]
        )


def _history(stage: Stage, rounds: int, record: Record) -> None:
    filled = growth.fill(stage)
    _in_rounds(rounds, record, goals.HISTORY, stage, lambda: growth.compared(stage, filled))


def _in_rounds(rounds: int, record: Record, load: str, stage: Stage, compare: Callable[[], Any]) -> None:
    for _round in range(rounds):
        for person in stage.people:  # a token lives five minutes
            person.log_in(stage.doors[0])
        record.add(load, asyncio.run(compare()))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bench.endurance",
        description=bench.endurance.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=(), choices=PARTS)
    parser.add_argument("--write", action="store_true", help="bench/results.json and docs/performance.md")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="sicha-bench-", ignore_cleanup_errors=True) as home:
        found = figures(Path(home), options.rounds, options.only)
    if options.write:
        write(found, rounds=options.rounds)
        return 0
    judged = [goal.judged(found[goal.load]) for goal in goals.ENDURANCE if goal.load in found]
    for goal in judged:
        print(json.dumps(goal, ensure_ascii=False))
    return 0 if all(goal["met"] for goal in judged) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
