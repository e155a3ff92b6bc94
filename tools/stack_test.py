"""`make stack-test`: starts the real servers, then runs the tests that talk to them. They go on running.

Most tests spend their time waiting for some process to start, so two runs go on at a time. Those that are
APART have servers of their own, or databases and buckets, and get on with each other and with the rest: when
one ends, the next begins. What a run says is shown when it ends. With arguments it is one run, as with
`make test`.
"""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 2
APART = (  # the longest first, so that both end at about the same time
    ("tests/stack/test_faults.py",),
    ("tests/stack/test_move_database.py",),
    ("tests/stack/test_suite_on_postgres.py",),
    ("tests/stack/test_dependencies_away.py", "tests/stack/test_minio_archive.py"),
    ("tests/stack/test_streaming.py",),
    ("tests/stack/test_erasure_everywhere.py",),
    ("tests/stack/test_celery.py",),
)


def main(arguments: Sequence[str]) -> int:
    started = subprocess.run([sys.executable, "-m", "tools.stack", "up"], check=False)
    if started.returncode:
        return started.returncode
    if arguments:
        return subprocess.run(_pytest(arguments), check=False).returncode
    rest = [f"--ignore={path}" for paths in APART for path in paths]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return int(any(list(pool.map(_run, (rest, *APART)))))


def _run(arguments: Sequence[str]) -> int:
    """Run these tests, show what was said, and return the exit code."""
    done = subprocess.run(
        _pytest(arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    print(f"\n-- {' '.join(arguments)}\n{done.stdout}", end="", flush=True)
    return done.returncode


def _pytest(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-m", "stack", "--durations=15", *arguments]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
