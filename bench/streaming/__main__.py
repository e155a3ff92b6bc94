"""The command: see `bench.streaming`."""

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import bench.streaming
from bench.streaming import leaks, scenarios, soak
from bench.streaming.stage import Script, Stage, staged

SCRIPTS = {
    "restarts": Script(30, 1),
    "outages": Script(80, 5),
    "silent": Script(4000, 400),
    "soak": Script(40, 20, 100),
}
SCENARIOS = ("resumes", "restarts", "deaths", "outages", "leaks", "silent", "soak")
ALONE = ("leaks", "silent", "soak")  # one replica is looked at
MODULES = {"soak": "bench.streaming.settings_short_log"}
USUAL = Script(60, 10)
# While a replica drains, another one is there already: twice as many share the connections.
SETTINGS = {"restarts": {"DATABASE_THREADS": "4"}}
UNHARMED = ("gaps", "repeats", "not whole", "differs from done")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench.streaming",
        description=bench.streaming.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicas", type=int, help="1 where one is looked at, else 3")
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--cancellations", type=int, default=5000)
    parser.add_argument("--streams", type=int, default=0, help="at the same time")
    parser.add_argument("--tokens", type=int, help="of each answer")
    parser.add_argument("--rate", type=float, help="tokens of each answer a second")
    parser.add_argument("--minutes", type=float, default=7.0, help="of the soak")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds of a visitor of the soak")
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
    if options.scenario == "soak":
        about = {"minutes": options.minutes, "visitors": options.streams or 16, "pause": options.pause}
        return await soak.soak(stage, seed=options.seed, **about)
    return await _in_rounds(stage, options)


async def _in_rounds(stage: Stage, options: argparse.Namespace) -> dict[str, Any]:
    many = {"rounds": options.rounds, "seed": options.seed}
    if options.scenario == "restarts":
        figures = await scenarios.restarts(stage, streams=options.streams or 200, **many)
        whole = _unharmed(figures) and set(figures["ends"]) == {"complete"}
        return figures | {"good": whole and not figures["not ended in time"]}
    if options.scenario == "outages":
        figures = await scenarios.outages(stage, streams=options.streams or 12, **many)
        return figures | {"good": _unharmed(figures) and not figures["cut off"]}
    figures = await scenarios.deaths(stage, streams=options.streams or 12, **many)
    in_time = figures["closed_after_s"].get("max", 99) <= 15 and figures["text_lost_s"].get("max", 99) <= 1
    return figures | {"good": in_time and not figures["counts"].get("gaps")}


def _stage(home: Path, script: Script, options: argparse.Namespace) -> AbstractContextManager[Stage]:
    return staged(
        home,
        script,
        replicas=options.replicas or (1 if options.scenario in ALONE else 3),
        settings=SETTINGS.get(options.scenario, {}),
        module=MODULES.get(options.scenario, "config.settings"),
    )


def _unharmed(figures: dict[str, Any]) -> bool:
    return not any(figures["counts"].get(name) for name in UNHARMED)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    usual = SCRIPTS.get(options.scenario, USUAL)
    script = replace(usual, tokens=options.tokens or usual.tokens, rate=options.rate or usual.rate)
    with (
        tempfile.TemporaryDirectory(prefix="sicha-streams-", ignore_cleanup_errors=True) as scratch,
        _stage(Path(scratch), script, options) as stage,
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
