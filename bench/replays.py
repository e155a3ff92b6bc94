"""Whether a refresh token that is sent many times at once ever gives two successors.

    DATABASE_URL=postgresql://… .venv/bin/python bench/replays.py [--replays 10000] [--threads 16]

Half of the families are replayed within the grace, where all get the same successor; the other half after
it, where one gets it and the family ends. The bounds: 0 families with two successors, and every family ended
that has to. Works in the configured database, in an organisation of its own, which it leaves there.
"""

import argparse
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from accounts.access import actor_of  # noqa: E402
from accounts.errors import RefreshInvalidError, RefreshReusedError  # noqa: E402
from accounts.models import RefreshToken, User  # noqa: E402
from accounts.services.refresh import GRACE, issue_tokens, rotate_tokens  # noqa: E402
from accounts.tenancy import tenant_scope  # noqa: E402
from tests.builders import make_user  # noqa: E402


def replayed(person: User, pool: ThreadPoolExecutor, threads: int) -> set[str]:
    """Send one token from all threads at once; return the successors that came back."""
    token, together = issue_tokens(actor=actor_of(person)).refresh, Barrier(threads)

    def use() -> str | None:
        together.wait()
        try:
            return rotate_tokens(refresh=token).refresh
        except (RefreshReusedError, RefreshInvalidError):
            return None
        finally:
            connections.close_all()

    outcomes = [each.result() for each in [pool.submit(use) for _ in range(threads)]]
    return {outcome for outcome in outcomes if outcome is not None}


def living(person: User) -> int:
    with tenant_scope(person.organization_id):
        good = RefreshToken.objects.filter(user_id=person.pk, revoked_at=None, consumed_at=None)
        return int(good.count())


def round_of(families: int, each: Callable[[User], set[str]]) -> tuple[int, int]:
    """Return how many families had two successors, and how many were alive afterwards."""
    doubled = alive = 0
    for _ in range(families):
        person = make_user()
        doubled += len(each(person)) > 1
        alive += living(person)
    return doubled, alive


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--replays", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=16)
    wanted = parser.parse_args()
    call_command("migrate", verbosity=0)
    families = max(1, wanted.replays // wanted.threads // 2)
    bad = 0
    with ThreadPoolExecutor(wanted.threads) as pool:
        for grace, alive_after in ((GRACE, families), (timedelta(seconds=-1), 0)):
            with patch("accounts.services.refresh.GRACE", grace):
                doubled, alive = round_of(families, lambda one: replayed(one, pool, wanted.threads))
            sent = families * wanted.threads
            print(f"grace {grace}: {sent} replays, {doubled} doubled, {alive} of {families} families live")
            bad += doubled + abs(alive - alive_after)
    return 0 if bad == 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
