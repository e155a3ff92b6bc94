"""What a replica costs before anybody asks: its start, its memory, and its handlers by themselves."""

import json
import subprocess
import sys
import time

from bench.gateways.goals import Row
from bench.streaming.replica import Replica
from bench.streaming.stage import ENDING_SECONDS, Stage
from tools.stack import processes
from tools.stack.folders import ROOT

IDLE_SECONDS = 5.0


def figures(stage: Stage) -> Row:
    """Start the replica anew and look at it while it has nothing to do."""
    return {"start_s": _start(stage), "idle_mib": _idle(stage), **_handlers(stage)}


def _start(stage: Stage) -> float:
    name, part = next(iter(stage.product.parts.items()))
    if part.process is not None:
        processes.end(part.process, patience=ENDING_SECONDS)
    began = time.monotonic()
    stage.product.start(name)
    return time.monotonic() - began


def _idle(stage: Stage) -> float:
    time.sleep(IDLE_SECONDS)
    return Replica(stage).memory()


def _handlers(stage: Stage) -> Row:
    done = subprocess.run(
        [sys.executable, "-m", "bench.gateways.handlers"],
        cwd=ROOT,
        env=stage.product.environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found
