"""The admin's page of numbers: for managers to read, for nobody to change."""

from django.contrib import admin

from accounts.admin import RoleAdmin
from analytics.models import DailyUsage

_COLUMNS = (
    *("day", "questions", "answered", "refused", "failed"),
    *("helpful", "not_helpful", "prompt_tokens", "completion_tokens"),
)


@admin.register(DailyUsage)
class DailyUsageAdmin(RoleAdmin):
    list_display = _COLUMNS
    fields = readonly_fields = _COLUMNS
    date_hierarchy = "day"
    ordering = ("-day",)
