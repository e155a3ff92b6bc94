"""The command: see `bench.gateways`."""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

import bench.gateways
from bench.gateways import load, peers
from bench.gateways.peers import Peer
from bench.gateways.report import write
from bench.streaming.leaks import Replica
from bench.streaming.stage import Script, Stage, staged

RATE, TOKENS = 50.0, 200
LOADS = (8, 40)
OURS = "Sicha"
Row = dict[str, Any]


async def round_of(stage: Stage, others: Sequence[Peer], streams: int) -> dict[str, load.Heard]:
    """Ask every gateway once for as many answers at the same time, ours first."""
    replica = Replica(stage)
    async with httpx.AsyncClient(timeout=60) as http:
        sockets = [await replica.socket(http) for _ in range(streams)]
    heard = {OURS: await load.ours(sockets, replica.pid)}
    for socket in sockets:
        await socket.close()
    for peer in others:
        heard[peer.name] = await load.theirs(peer, streams)
    return heard


def row_of(heard: load.Heard) -> Row:
    first, relayed = sorted(heard.first), sorted(heard.relayed)
    row = {
        "tokens": heard.tokens,
        "tokens_per_core_second": heard.tokens / heard.cpu_us * 1e6,
        "us_per_token": heard.cpu_us / heard.tokens,
        "first_token_p50_ms": statistics.median(first),
        "first_token_p95_ms": first[int(0.95 * (len(first) - 1))],
    }
    if relayed:
        row["relayed_p50_ms"] = statistics.median(relayed)
        row["relayed_p95_ms"] = relayed[int(0.95 * (len(relayed) - 1))]
    return row


async def run(stage: Stage, others: Sequence[Peer], rounds: int) -> dict[str, list[dict[str, Row]]]:
    """Return, for each load, the rows of every round by gateway; a round before the first warms up."""
    found: dict[str, list[dict[str, Row]]] = {}
    for streams in LOADS:
        await round_of(stage, others, 4)
        for number in range(1, rounds + 1):
            heard = await round_of(stage, others, streams)
            rows = {name: row_of(each) for name, each in heard.items()}
            found.setdefault(f"{streams} x {RATE:.0f}", []).append(rows)
            print(f"{streams} streams, round {number}: {json.dumps(rows)}", flush=True)
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bench.gateways",
        description=bench.gateways.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="bench/results.json and docs/performance.md")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="sicha-bench-") as scratch, ExitStack() as stack:
        home = Path(scratch)
        stage = stack.enter_context(staged(home, Script(TOKENS, RATE), replicas=1))
        model = str(stage.product.settings["OLLAMA_URL"])
        others = [
            stack.enter_context(peers.starlette(model)),
            stack.enter_context(peers.litellm(model, home)),
        ]
        found = asyncio.run(run(stage, others, options.rounds))
    if options.write:
        write(found, rounds=options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
