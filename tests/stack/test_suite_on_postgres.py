"""The fast suite where it asks the database, on a real PostgreSQL: claims that skip locked rows, leases by
its clock, turns, single-use tokens, limits, tenants; with threads that really run at the same time.

For the whole of it: `DATABASE_URL=postgresql://… make test`.
"""

import os
import subprocess
import sys

import pytest

from tests.real_servers import ROOT, stack_setting

pytestmark = pytest.mark.stack
PATIENTLY = ("nice",)  # it works without a pause on all processors, and others run beside it
BOUND_TO_THE_DATABASE = ("outbox", "conversations", "accounts", "analytics", "retrieval", "chatbot", "rights")


def test_what_asks_the_database_passes_on_postgresql() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    folders = [f"tests/{name}" for name in BOUND_TO_THE_DATABASE]
    options = ["-q", "-n", "2", "--dist", "worksteal", "-m", "not e2e and not stack and not model"]
    done = subprocess.run(
        [*PATIENTLY, sys.executable, "-m", "pytest", *options, "--create-db", *folders],
        cwd=ROOT,
        env={**kept, "DATABASE_URL": stack_setting("DATABASE_URL")},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
