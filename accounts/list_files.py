"""The lists of the administration as files: what a list shows, as CSV that a spreadsheet opens."""

import csv
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import actor_of
from config.kernel.text import spreadsheet_text

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:  # Django's own class takes no parameter when it runs
    ModelAdmin = admin.ModelAdmin

MOST_ROWS = 10_000  # as far as anybody turns pages of a list
SAVE_LIST = _("Save the chosen lines as a CSV file")


def save_list(page: ModelAdmin, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
    """Answer with the chosen rows as the list shows them, the first MOST_ROWS of them, and write down that
    they were given.
    """
    columns = [name for name in page.get_list_display(request) if isinstance(name, str)]
    name = str(page.opts.model_name)
    audit.record("list.exported", actor_id=actor_of(request.user).user_id, target=name)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="sicha-{name}-{localdate()}.csv"'
    file = csv.writer(response)
    file.writerow(spreadsheet_text(_label(page, column)) for column in columns)
    for row in chosen[:MOST_ROWS]:
        file.writerow(spreadsheet_text(_text(page, column, row)) for column in columns)
    return response


def _label(page: ModelAdmin, column: str) -> str:
    return str(label_for_field(column, page.model, page))


def _text(page: ModelAdmin, column: str, row: Any) -> str:
    """Return what the list shows in a cell, as words alone."""
    field, _attribute, value = lookup_field(column, row, page)
    if field is None or field.is_relation:
        return "" if value is None else strip_tags(str(value)).strip()
    return str(display_for_field(value, field, ""))
