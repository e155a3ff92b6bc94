"""The command: see `bench.faults`."""

import argparse
import json
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import bench.faults
from bench.faults.people import found_organization
from bench.faults.product import Product
from bench.faults.rounds import run_rounds, victims
from bench.faults.servers import NAMES, Servers
from bench.faults.traffic import Traffic
from bench.faults.verdict import HEAL_SECONDS, judge

ORGANIZATIONS = ("אופק", "גליל")
SETTINGS = {
    "DEMO": "false",
    "EMBEDDINGS_BACKEND": "lexical",  # the processors are for the faults
    "RATE_LIMIT_PER_MINUTE": "1000000",
    "REGISTRATION": "open",
}
MODULES = {"on": "config.settings", "off": "bench.faults.settings_without_outbox"}


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench.faults", description=bench.faults.__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--askers", type=int, default=4, help="people who ask at the same time")
    parser.add_argument("--only", nargs="*", default=(), help="kill only these")
    parser.add_argument("--servers", nargs="*", default=NAMES, help="without the others of these servers")
    parser.add_argument("--outbox", choices=MODULES, default="on", help="off: the positive control")
    parser.add_argument("--heal-seconds", type=float, default=HEAL_SECONDS)
    parser.add_argument("--json", type=Path, help="write the verdict to this file, too")
    parser.add_argument("--keep", type=Path, help="work in this folder, and leave it")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    chance = random.Random(options.seed)
    with ExitStack() as stack:
        servers = stack.enter_context(Servers(home / "stack", tuple(options.servers)))
        settings = {**SETTINGS, **servers.settings()}
        product = stack.enter_context(Product(home / "product", settings, MODULES[options.outbox]))
        people = [found_organization(product.addresses[0], name) for name in ORGANIZATIONS]
        began = time.monotonic()
        with Traffic(product.addresses, people, askers=options.askers, seed=options.seed) as traffic:
            found = victims(product, servers, options.only)
            run_rounds(found, count=options.rounds, chance=chance, product=product)
        seconds = round(time.monotonic() - began, 1)
        verdict = judge(product, traffic.asked, heal_seconds=options.heal_seconds)
        ended = {part.name: part.ended_by_itself for part in product.parts.values() if part.ended_by_itself}
    how = {"rounds": options.rounds, "seed": options.seed, "outbox": options.outbox, "seconds": seconds}
    return {**how, **verdict.as_json(), "ended_by_themselves": ended}


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    with tempfile.TemporaryDirectory(prefix="sicha-faults-", ignore_cleanup_errors=True) as scratch:
        report = run(options, options.keep or Path(scratch))
    text = json.dumps(report, indent=2, ensure_ascii=False)
    print(text, flush=True)
    if options.json:
        options.json.write_text(text, encoding="utf-8")
    return 0 if report["good"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
