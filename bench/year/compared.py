"""What the dashboard's page and its file say, beside what SQL says."""

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta

from django.test import Client

from accounts.access import actor_of
from accounts.models import User
from analytics.dashboard import Numbers, dashboard
from bench.year.by_hand import COLUMNS, Day, between

PAGE = "/admin/analytics/dailyusage/dashboard/"


def differences(days: Mapping[date, Day], *, manager: User, since: date, until: date) -> list[str]:
    """Return every number of the period that the dashboard or its file says and SQL does not."""
    board = dashboard(actor=actor_of(manager), since=since, until=until)
    length = until - since
    earlier = since - length - timedelta(1), since - timedelta(1)
    said = {
        "the period": (_counts(board.total), between(days, since, until)),
        "the period before": (_counts(board.before), between(days, *earlier)),
        **{
            f"{bar.first} to {bar.last}": (_counts(bar.numbers), between(days, bar.first, bar.last))
            for bar in board.bars
        },
        **{
            f"{first} to {last} in the file": (counts, between(days, first, last))
            for first, last, counts in _file(manager, since, until)
        },
    }
    return [f"{name}: {ours}, by SQL {theirs}" for name, (ours, theirs) in said.items() if ours != theirs]


def _counts(numbers: Numbers) -> Day:
    return tuple(getattr(numbers, name) for name in COLUMNS)


def _file(manager: User, since: date, until: date) -> list[tuple[date, date, Day]]:
    client = Client()
    client.force_login(manager)
    query = {"since": since.isoformat(), "until": until.isoformat(), "format": "csv"}
    text = client.get(PAGE, query).content.decode("utf-8-sig")
    _names, *rows = csv.reader(io.StringIO(text))
    return [
        (date.fromisoformat(first), date.fromisoformat(last), tuple(map(int, counts)))
        for first, last, *counts in rows
    ]
