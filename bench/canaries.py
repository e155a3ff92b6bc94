"""Whether anybody finds what was not given to them: 20 organisations of 50 texts, 10,000 questions.

    .venv/bin/python bench/canaries.py [--organizations 20] [--texts 50] [--queries 10000]

Asked twice, the second time of a store whose own filter is broken. The bound is 0 foreign hits, and that the
broken store did give out passages of others, or nothing was tested. Works in a
scratch database, with the deterministic embedder of the tests.
"""

import argparse
import os
import sys
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from retrieval import search  # noqa: E402
from retrieval.vectors import get_store  # noqa: E402
from tests.retrieval.canaries import UnfilteredStore, cage, foreign_hits  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--organizations", type=int, default=20)
    parser.add_argument("--texts", type=int, default=50)
    parser.add_argument("--queries", type=int, default=10_000)
    wanted = parser.parse_args()
    call_command("migrate", verbosity=0)
    cages = [cage(number, texts=wanted.texts) for number in range(wanted.organizations)]
    sound = foreign_hits(cages, queries=wanted.queries)
    print(f"the store as it is: {sound} foreign hits in {wanted.queries} questions", flush=True)
    broken = UnfilteredStore(get_store(), [each.people[0].organization_id for each in cages])
    with patch.object(search, "get_store", lambda: broken):
        faulty = foreign_hits(cages, queries=wanted.queries)
    print(
        f"without its filter: {faulty} foreign hits in {wanted.queries} questions,"
        f" of {broken.foreign} passages of other organizations that the store gave out"
    )
    return 0 if sound == faulty == 0 < broken.foreign else 1


if __name__ == "__main__":
    raise SystemExit(main())
