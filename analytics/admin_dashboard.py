"""The dashboard's page in the admin, and its files."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import actor_of
from analytics.charts import Chart, charts_of, ranking_of, tiles_of
from analytics.dashboard import Dashboard, Numbers, UsedDocument, dashboard
from analytics.departments import MINIMUM_GROUP, departments_to_choose
from analytics.forms import DashboardForm
from analytics.models import DailyUsage
from config.kernel.text import spreadsheet_text

COLUMNS = tuple(field.name for field in fields(Numbers))
TEMPLATE = "admin/analytics/dashboard.html"
LISTED = 100


def dashboard_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Return a period as plots with their tables, or as a file: `format=csv`, all of it or one `plot`."""
    actor = actor_of(request.user)
    form = DashboardForm.among(departments_to_choose(actor), request.GET.dict())
    board = dashboard(actor=actor, **form.cleaned_data) if form.is_valid() else None
    charts = charts_of(board) if board else []
    if board and request.GET.get("format") == "csv":
        audit.record("dashboard.exported", actor_id=actor.user_id, target=f"{board.since}/{board.until}")
        plots = {chart.name: chart for chart in charts}
        return _file(board, plots.get(request.GET.get("plot", "")))
    shown = {
        "title": _("Dashboard"),
        "form": form,
        "presets": form.presets,
        "address": form.address,
        "board": board,
        "tiles": tiles_of(board) if board else [],
        "charts": charts,
        "unused": board.unused[:LISTED] if board else [],
        "minimum": MINIMUM_GROUP,
    }
    return TemplateResponse(request, TEMPLATE, {**context, **shown}, status=200 if board else 400)


def _file(board: Dashboard, chart: Chart | None) -> HttpResponse:
    """Return CSV; the mark at the beginning lets Excel read Hebrew."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = "-".join(["sicha", *([chart.name] if chart else []), str(board.since), str(board.until)])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    csv.writer(response).writerows(_rows_of(board, chart) if chart else _all_rows(board))
    return response


def _all_rows(board: Dashboard) -> Iterator[list[str]]:
    labels = (str(label_for_field(name, DailyUsage)) for name in COLUMNS)
    yield [_("from"), _("to"), *labels, _("active people")]
    for bar in board.bars:
        counts = [*(getattr(bar.numbers, name) for name in COLUMNS), bar.people]
        yield [
            bar.first.isoformat(),
            bar.last.isoformat(),
            *("" if bar.is_hidden else str(count) for count in counts),
        ]


def _rows_of(board: Dashboard, chart: Chart) -> Iterator[list[str]]:
    if chart.shape == "ranking":
        chart = ranking_of([*board.used, *(UsedDocument(each, 0) for each in board.unused)])
        yield [_("document"), *(each.label for each in chart.series)]
        yield from ([spreadsheet_text(label), *_numbers(counts)] for label, counts in chart.all_rows)
        return
    yield [_("from"), _("to"), *(spreadsheet_text(each.label) for each in chart.series)]
    for bar, (_label, counts) in zip(board.bars, chart.all_rows, strict=True):
        yield [bar.first.isoformat(), bar.last.isoformat(), *_numbers(counts)]


def _numbers(counts: Iterable[int]) -> list[str]:
    return [str(count) for count in counts]
