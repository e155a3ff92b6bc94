"""What the process that reads a stranger's file may not do."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFINED = """
import subprocess
from retrieval.extract.confinement import Limits, confine
confine(Limits(memory_bytes=400_000_000, cpu_seconds=5))
try:
    {deed}
except (OSError, MemoryError, ZeroDivisionError, subprocess.CalledProcessError):
    print("kept back")
else:
    print("done")
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux is asked")


def outcome(deed: str) -> str:
    program = CONFINED.format(deed=deed)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


DEEDS = {
    "socket": "import socket; socket.socket()",
    "socket of a C library": "import ctypes; 1 / (ctypes.CDLL(None).socket(2, 1, 0) + 1)",
    "socket of a child": "import subprocess, sys; "
    "subprocess.run([sys.executable, '-c', 'import socket; socket.socket()'], check=True, stderr=-3)",
    "memory": "bytearray(900_000_000)",
}


@LINUX
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_a_confined_process_is_kept_back(deed: str) -> None:
    assert outcome(deed) == "kept back"


def test_a_confined_process_may_work() -> None:
    assert outcome("sum(range(1000))") == "done"


def test_a_confined_process_gives_way_to_those_who_serve() -> None:
    niceness = "os.getpriority(os.PRIO_PROCESS, {})"
    gap = f"{niceness.format('0')} - {niceness.format('os.getppid()')}"
    assert outcome(f"import os; 1 // max({gap}, 0)") == "done"
