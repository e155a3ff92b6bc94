"""`make stack-test`: starts the real servers, then runs the tests that talk to them. They go on running.

They are two runs beside each other, which end at about the same time: either spends most of it waiting for
some process to start. What runs beside the rest has servers, or databases and buckets, of its own. With
arguments it is one run, as with `make test`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence

BESIDE = (
    "tests/stack/test_faults.py",
    "tests/stack/test_celery.py",
    "tests/stack/test_streaming.py",
    "tests/stack/test_move_database.py",
)


def main(arguments: Sequence[str]) -> int:
    started = subprocess.run([sys.executable, "-m", "tools.stack", "up"], check=False)
    if started.returncode:
        return started.returncode
    if arguments:
        return subprocess.run(_pytest(*arguments), check=False).returncode
    return _run_both()


def _run_both() -> int:
    """Run what has its own servers beside the rest, and tell of it after the rest; return 0 if all passed."""
    with tempfile.TemporaryFile() as said:
        beside = subprocess.Popen(_pytest(*BESIDE), stdout=said, stderr=subprocess.STDOUT)
        try:
            rest = subprocess.run(_pytest(*(f"--ignore={path}" for path in BESIDE)), check=False).returncode
            apart = beside.wait()
        finally:
            beside.terminate()
        said.seek(0)
        print(f"\nbeside them: {' '.join(BESIDE)}\n{said.read().decode(errors='replace')}", flush=True)
    return rest or apart


def _pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-m", "stack", "--durations=15", *arguments]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
