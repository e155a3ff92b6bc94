"""The page of who asks about what, in the admin, and its file."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import actor_of
from analytics.departments import MINIMUM_GROUP
from analytics.forms import QuarterForm
from analytics.graph.port import GraphUnavailableError
from analytics.who_asks import WhoAsks, who_asks
from config.kernel.text import spreadsheet_text

TEMPLATE = "admin/analytics/graph.html"


def graph_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Return departments, topics and documents with what connects them, or the same as a file."""
    actor = actor_of(request.user)
    form = QuarterForm.of(request.GET.dict())
    found, status = None, 400
    if form.is_valid():
        try:
            found = who_asks(actor=actor, **form.period)
            status = 200
        except GraphUnavailableError:
            status = 503
    if found and request.GET.get("format") == "csv":
        since, until = form.period.values()
        audit.record("graph.exported", actor_id=actor.user_id, target=f"{since}/{until}")
        return _file(found, f"sicha-graph-{since}-{until}.csv")
    shown = {
        "title": _("Who asks about what"),
        "form": form,
        "presets": form.presets,
        "address": form.address,
        "columns": _columns(found) if found else [],
        "found": found,
        "edges": _edges(found) if found else [],
        "minimum": MINIMUM_GROUP,
        "is_away": status == 503,
    }
    return TemplateResponse(request, TEMPLATE, {**context, **shown}, status=status)


def _columns(found: WhoAsks) -> list[tuple[str, str, Any]]:
    return [
        ("department", _("Departments"), found.departments),
        ("topic", _("Topics"), found.topics),
        ("document", _("Documents"), found.documents),
    ]


def _edges(found: WhoAsks) -> list[dict[str, Any]]:
    """Return what the script draws."""
    return [
        {"source": edge.source.id, "target": edge.target.id, "people": edge.people} for edge in found.edges
    ]


def _file(found: WhoAsks, name: str) -> HttpResponse:
    """Return CSV; the mark at the beginning lets Excel read Hebrew."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows(_rows(found))
    return response


def _rows(found: WhoAsks) -> Iterator[list[str]]:
    yield [_("department"), _("topic"), _("document"), _("people")]
    for edge in found.edges:
        names = {edge.source.kind: edge.source.name, edge.target.kind: edge.target.name}
        cells = (spreadsheet_text(names.get(kind, "")) for kind in ("department", "topic", "document"))
        yield [*cells, str(edge.people)]
