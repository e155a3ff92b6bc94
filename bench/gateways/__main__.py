"""The command: see `bench.gateways`."""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import bench.gateways
from bench.gateways import load, own, peers
from bench.gateways.goals import OURS, Found, Row
from bench.gateways.peers import Peer
from bench.gateways.report import write
from bench.streaming.replica import Replica
from bench.streaming.stage import Script, Stage, staged

RATE, TOKENS = 50.0, 200
LOADS = (8, 40)


async def round_of(stage: Stage, others: Sequence[Peer], streams: int) -> dict[str, Row]:
    """Ask every gateway once for as many answers at the same time, ours first."""
    replica, person = Replica(stage), stage.people[0]
    await asyncio.to_thread(person.log_in, replica.door)
    rows = {OURS: row_of(await load.ours(replica.door, person.access, replica.pid, streams))}
    for peer in others:
        rows[peer.name] = row_of(await load.theirs(peer, streams))
    return rows


def row_of(heard: load.Heard) -> Row:
    first, relayed = sorted(heard.first), sorted(heard.relayed)
    row = {
        "tokens_per_second": heard.tokens / heard.seconds,
        "tokens_per_core_second": heard.tokens / heard.cpu_us * 1e6,
        "us_per_token": heard.cpu_us / heard.tokens,
        "first_token_p50_ms": statistics.median(first),
        "first_token_p95_ms": first[int(0.95 * (len(first) - 1))],
    }
    if relayed:
        row["relayed_p50_ms"] = statistics.median(relayed)
        row["relayed_p95_ms"] = relayed[int(0.95 * (len(relayed) - 1))]
    return row


async def run(stage: Stage, others: Sequence[Peer], rounds: int, found: Found) -> None:
    """Add, for each load, the rows of every round by gateway; a small round before the first warms up."""
    for streams in LOADS:
        await round_of(stage, others, 4)
        for number in range(1, rounds + 1):
            rows = await round_of(stage, others, streams)
            found.setdefault(f"{streams} x {RATE:.0f}", []).append(rows)
            print(f"{streams} streams, round {number}: {json.dumps(rows)}", flush=True)


@contextmanager
def everything(home: Path) -> Iterator[tuple[Stage, list[Peer]]]:
    """Start ours and the peers; all of it is down afterwards."""
    with ExitStack() as stack:
        stage = stack.enter_context(staged(home, Script(TOKENS, RATE), replicas=1))
        model = str(stage.product.settings["OLLAMA_URL"])
        started = (peers.relay(model), peers.starlette(model), peers.litellm(model, home))
        yield stage, [stack.enter_context(peer) for peer in started]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bench.gateways",
        description=bench.gateways.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="bench/results.json and docs/performance.md")
    options = parser.parse_args(arguments)
    found: Found = {}
    with tempfile.TemporaryDirectory(prefix="sicha-bench-") as home, everything(Path(home)) as started:
        stage, others = started
        found["alone"] = [{OURS: own.figures(stage)} for _round in range(options.rounds)]
        print(f"alone: {json.dumps(found['alone'])}", flush=True)
        asyncio.run(run(stage, others, options.rounds, found))
    if options.write:
        write(found, rounds=options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
