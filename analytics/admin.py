"""The admin's pages of numbers: for managers to read, for nobody to change."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from typing_extensions import override

from accounts import audit
from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from analytics.admin_erasure import ErasureAdmin
from analytics.admin_evaluation import EvaluationQuestionAdmin, EvaluationRunAdmin
from analytics.admin_gaps import KnowledgeGapAdmin
from analytics.admin_webhooks import WebhookAdmin, WebhookDeliveryAdmin
from analytics.charts import charts_of, tiles_of
from analytics.dashboard import Dashboard, dashboard
from analytics.forms import PRESETS, PeriodForm
from analytics.models import DailyUsage

__all__ = [
    "DailyUsageAdmin",
    "ErasureAdmin",
    "EvaluationQuestionAdmin",
    "EvaluationRunAdmin",
    "KnowledgeGapAdmin",
    "WebhookAdmin",
    "WebhookDeliveryAdmin",
]

_COUNTS = ("questions", "answered", "refused", "failed", "helpful", "not_helpful")
_TOKENS = ("prompt_tokens", "completion_tokens")
_COLUMNS = ("day", *_COUNTS, *_TOKENS)


@admin.register(DailyUsage)
class DailyUsageAdmin(RoleAdmin):
    list_display = _COLUMNS
    fields = readonly_fields = _COLUMNS
    date_hierarchy = "day"
    ordering = ("-day",)
    change_list_template = "admin/analytics/dailyusage/change_list.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.dashboard_view)
        return [path("dashboard/", page, name="analytics_dashboard"), *super().get_urls()]

    def dashboard_view(self, request: HttpRequest) -> HttpResponse:
        """Show a period as plots with their tables, or give it as a file (`?format=csv`)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PeriodForm.of(request.GET.dict())
        board = dashboard(actor=actor_of(request.user), **form.cleaned_data) if form.is_valid() else None
        if board and request.GET.get("format") == "csv":
            audit.record(
                "dashboard.exported",
                actor_id=actor_of(request.user).user_id,
                target=f"{board.since}/{board.until}",
            )
            return _file(board)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Dashboard"),
            "form": form,
            "presets": PRESETS,
            "board": board,
            "tiles": tiles_of(board) if board else [],
            "charts": charts_of(board) if board else [],
        }
        status = 200 if board else 400
        return TemplateResponse(request, "admin/analytics/dashboard.html", context, status=status)


def _file(board: Dashboard) -> HttpResponse:
    """Return the bars as CSV; the mark at the beginning lets Excel read Hebrew."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"sicha-{board.since}-{board.until}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows(_rows(board))
    return response


def _rows(board: Dashboard) -> Iterator[list[str]]:
    names = (*_COUNTS, *_TOKENS)
    yield [_("from"), _("to"), *(str(label_for_field(name, DailyUsage)) for name in names)]
    for bar in board.bars:
        counts = [str(getattr(bar.numbers, name)) for name in names]
        yield [bar.first.isoformat(), bar.last.isoformat(), *counts]
