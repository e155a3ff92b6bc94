"""What the dashboard's page and its files say, beside what SQL says."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.test import Client

from accounts.access import actor_of
from accounts.models import User
from analytics.charts import charts_of
from analytics.dashboard import Dashboard, Numbers, dashboard
from bench.year.by_hand import COLUMNS, ByHand, Day, Part

PAGE = "/admin/analytics/dailyusage/dashboard/"
Said = Iterator[tuple[str, object, object]]


def differences(
    hand: ByHand, *, manager: User, since: date, until: date, department_id: UUID | None = None
) -> list[str]:
    """Return every number of the period that the dashboard or a file of it says and SQL does not."""
    board = dashboard(actor=actor_of(manager), since=since, until=until, department_id=department_id)
    of = hand.part(department_id)
    files = _Files(manager, since=since, until=until, department_id=department_id or "")
    said = [*_sums(board, hand, of), *_bars(board, hand, of), *_files(board, hand, of, files)]
    return [f"{name}: {ours}, by SQL {theirs}" for name, ours, theirs in said if ours != theirs]


def _sums(board: Dashboard, hand: ByHand, of: Part) -> Said:
    days = board.since, board.until
    length = board.until - board.since
    earlier = board.since - length - timedelta(1), board.since - timedelta(1)
    yield "the period", _counts(board.total), hand.total(*days, of)
    yield "the period before", _counts(board.before), hand.total(*earlier, of)
    yield "people", board.people, hand.active(*days, of)
    yield "people before", board.people_before, hand.active(*earlier, of)
    yield "topics", dict(board.topics), hand.subjects("topics", *days, of)
    used = hand.subjects("documents", *days, of)
    yield "documents", {str(each.document.id): each.answers for each in board.used}, used
    unused = {str(each.id) for each in board.unused}
    yield "unused documents that are used", unused & used.keys(), set()


def _bars(board: Dashboard, hand: ByHand, of: Part) -> Said:
    for bar in board.bars:
        days = bar.first, bar.last
        name = f"{bar.first} to {bar.last}"
        yield name, _counts(bar.numbers), hand.total(*days, of)
        yield f"people of {name}", bar.people, hand.active(*days, of)
        yield f"topics of {name}", dict(bar.topics or {}), hand.subjects("topics", *days, of)


def _files(board: Dashboard, hand: ByHand, of: Part, get: "_Files") -> Said:
    """Compare the file of everything, and the one of each plot with the plot."""
    for first, last, *row in get(""):
        days = date.fromisoformat(first), date.fromisoformat(last)
        numbers = tuple(int(each or 0) for each in row)
        yield f"{first} to {last} in the file", numbers, (*hand.total(*days, of), hand.active(*days, of))
    for chart in charts_of(board) if board.department_id is None else []:
        names = 2 if chart.shape == "time" else 1
        rows = [tuple(int(each or 0) for each in row[names:]) for row in get(chart.name)]
        drawn = [counts for _label, counts in chart.all_rows]
        yield f"the file of {chart.name}", rows[: len(drawn)], drawn


class _Files:
    """The files that the page of a period gives."""

    def __init__(self, manager: User, **query: date | UUID | str) -> None:
        self._client = Client()
        self._client.force_login(manager)
        self._query = {name: str(value) for name, value in query.items()} | {"format": "csv"}

    def __call__(self, plot: str) -> list[list[str]]:
        text = self._client.get(PAGE, {**self._query, "plot": plot}).content.decode("utf-8-sig")
        _names, *rows = csv.reader(io.StringIO(text))
        return rows


def _counts(numbers: Numbers) -> Day:
    return tuple(getattr(numbers, name) for name in COLUMNS)
