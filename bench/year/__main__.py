"""Whether the dashboard of a generated year is right, and how long the pages about it take.

    .venv/bin/python -m bench.year [--people 200] [--questions 100000] [--file year.sqlite3] [--resume]

Fills the database of DATABASE_URL, an SQLite file, or a scratch one; lets the product count each answer and
verdict; holds every number of the dashboard, of all and of each department, over days and weeks, against SQL
written by hand; asks for each page eleven times. Fails where a number differs or a page's median is above
300 ms. With `--resume` it goes on with the year that is in the database already: writing one takes minutes.
"""

import argparse
import os
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.conf import settings

django.setup()
settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (1000000, 60))

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils.timezone import localdate, now  # noqa: E402

from accounts.access import actor_of  # noqa: E402
from analytics.departments import departments_to_choose  # noqa: E402
from bench.year.by_hand import count_by_hand  # noqa: E402
from bench.year.compared import differences  # noqa: E402
from bench.year.generated import Size, Year, count, found_year, make_year  # noqa: E402
from bench.year.pages import time_pages  # noqa: E402
from bench.year.topics import by_subject, has_topics, write_topics  # noqa: E402
from config.kernel.database import refresh_statistics  # noqa: E402

BOUND_MS = 300
LENGTHS = (1, 7, 30, 92, 93, 182, 365)
LENGTHS_OF_DEPARTMENTS = (1, 30, 93, 365)


def generated(size: Size, *, resume: bool) -> Year:
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    year = found_year() if resume else None
    if year is None:
        year = make_year(size, until=now())
    refresh_statistics()  # as the product does every hour
    written = time.perf_counter()
    print(
        f"{size.people} people, {size.questions} questions, {connection.vendor}: {written - began:.0f} s",
        flush=True,
    )
    events = count(year)
    if not has_topics(year.organization.pk):
        write_topics(year.organization.pk, by_subject)
    print(f"{events} events counted in {time.perf_counter() - written:.0f} s", flush=True)
    refresh_statistics()
    return year


def wrong_numbers(year: Year) -> int:
    """Print what the dashboard says and SQL does not; return how many numbers that are."""
    began = time.perf_counter()
    hand = count_by_hand(year.organization.pk)
    print(f"counted by hand in {(time.perf_counter() - began) * 1000:.0f} ms", flush=True)
    today = localdate()
    parts = [None, *(pk for pk, _name in departments_to_choose(actor_of(year.manager)))]
    found = [
        f"{part or 'all'}, {length} days: {difference}"
        for part in parts
        for length in (LENGTHS if part is None else LENGTHS_OF_DEPARTMENTS)
        for difference in differences(
            hand, manager=year.manager, since=today - timedelta(length - 1), until=today, department_id=part
        )
    ]
    print(*found, f"{len(found)} differences, {len(parts) - 1} departments and all", sep="\n", flush=True)
    return len(found)


def slow_pages(year: Year) -> int:
    """Print how long each page takes; return how many are above the bound."""
    times = time_pages(year.manager)
    for name, took in times.items():
        print(f"  {name}: median {took.median:.0f} ms, at most {took.worst:.0f} ms", flush=True)
    return sum(took.median > BOUND_MS for took in times.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=Size().people)
    parser.add_argument("--questions", type=int, default=Size().questions)
    parser.add_argument("--file", default="", help="an SQLite file that is kept")
    parser.add_argument("--resume", action="store_true")
    wanted = parser.parse_args()
    if wanted.file:
        connection.settings_dict["NAME"] = wanted.file
    year = generated(Size(wanted.people, wanted.questions), resume=wanted.resume)
    return 1 if wrong_numbers(year) + slow_pages(year) else 0


if __name__ == "__main__":
    sys.exit(main())
