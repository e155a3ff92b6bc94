"""The command: see `bench.streaming`."""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import bench.streaming
from bench.streaming import leaks, scenarios
from bench.streaming.stage import Script, Stage, staged

UNHARMED = ("gaps", "repeats", "not whole", "differs from done")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench.streaming",
        description=bench.streaming.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("scenario", choices=("resumes", "restarts", "deaths", "leaks", "silent"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--cancellations", type=int, default=5000)
    parser.add_argument("--streams", type=int, default=0, help="at the same time")
    parser.add_argument("--tokens", type=int, default=60, help="of each answer")
    parser.add_argument("--rate", type=float, default=10, help="tokens of each answer a second")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    return parser.parse_args(arguments)


async def play(stage: Stage, options: argparse.Namespace) -> dict[str, Any]:
    """Play the scenario; `good` says whether what is promised held."""
    if options.scenario == "resumes":
        figures = await scenarios.resumes(
            stage, cycles=options.cycles, readers=options.streams or 20, seed=options.seed
        )
        return figures | {"good": _unharmed(figures)}
    if options.scenario == "leaks":
        return await leaks.leaks(
            stage, sockets=options.sockets, cancellations=options.cancellations, seed=options.seed
        )
    if options.scenario == "silent":
        return await leaks.silent(stage, readers=options.streams or 20)
    many = {"rounds": options.rounds, "seed": options.seed}
    if options.scenario == "restarts":
        figures = await scenarios.restarts(stage, streams=options.streams or 200, **many)
        return figures | {"good": _unharmed(figures) and set(figures["ends"]) == {"complete"}}
    figures = await scenarios.deaths(stage, streams=options.streams or 12, **many)
    in_time = figures["closed_after_s"].get("max", 99) <= 15 and figures["text_lost_s"].get("max", 99) <= 1
    return figures | {"good": in_time and not figures["counts"].get("gaps")}


def _unharmed(figures: dict[str, Any]) -> bool:
    return not any(figures["counts"].get(name) for name in UNHARMED)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    script = Script(options.tokens, options.rate)
    with (
        tempfile.TemporaryDirectory(prefix="sicha-streams-", ignore_cleanup_errors=True) as scratch,
        staged(Path(scratch), script, replicas=options.replicas) as stage,
    ):
        figures = asyncio.run(play(stage, options))
    how = {"scenario": options.scenario, "seed": options.seed, "tokens": script.tokens, "rate": script.rate}
    text = json.dumps({**how, **figures}, indent=2, ensure_ascii=False)
    print(text, flush=True)
    if options.json:
        options.json.write_text(text, encoding="utf-8")
    return 0 if figures["good"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
