"""`make stack-test`: starts the real servers, then runs the tests that talk to them. They go on running."""

import subprocess
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    started = subprocess.run([sys.executable, "-m", "tools.stack", "up"], check=False)
    if started.returncode:
        return started.returncode
    return subprocess.run([sys.executable, "-m", "pytest", "-m", "stack", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
