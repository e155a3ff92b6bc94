"""The admin's pages of numbers: for managers to read, for nobody to change."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from typing_extensions import override

from accounts.role_admin import RoleAdmin
from analytics.admin_dashboard import COLUMNS, dashboard_page
from analytics.admin_erasure import ErasureAdmin
from analytics.admin_evaluation import EvaluationQuestionAdmin, EvaluationRunAdmin
from analytics.admin_gaps import KnowledgeGapAdmin
from analytics.admin_graph import graph_page
from analytics.admin_webhooks import WebhookAdmin, WebhookDeliveryAdmin
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


@admin.register(DailyUsage)
class DailyUsageAdmin(RoleAdmin):
    fields = readonly_fields = ("day", *COLUMNS)

    @override
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("dashboard/", view(self.dashboard_view), name="analytics_dashboard"),
            path("graph/", view(self.graph_view), name="analytics_graph"),
            *super().get_urls(),
        ]

    @override
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, str] | None = None
    ) -> HttpResponse:
        """Lead to the dashboard, which has the days as plots, as tables and as files."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:analytics_dashboard"))

    def dashboard_view(self, request: HttpRequest) -> HttpResponse:
        """Show a period as plots with their tables, or give it as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return dashboard_page(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def graph_view(self, request: HttpRequest) -> HttpResponse:
        """Show who asks about what, or give it as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return graph_page(request, {**self.admin_site.each_context(request), "opts": self.opts})
