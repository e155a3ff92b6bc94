"""Compile requirements*.in to the locks. The development lock is held to the versions of the run-time lock,
and the lock of Node alone to those of the development lock.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("requirements.in", "requirements-dev.in", "requirements-node.in")
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--only-binary=:all:",
    "--no-header",
)


def main() -> int:
    for source in SOURCES:
        target = source.replace(".in", ".txt")
        command = [sys.executable, "-m", "uv", "pip", "compile", "-q", *OPTIONS, source, "-o", target]
        failed = subprocess.call([*command, *sys.argv[1:]], cwd=ROOT)
        if failed:
            return failed
    return 0


if __name__ == "__main__":
    sys.exit(main())
