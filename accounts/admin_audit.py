"""The admin page of the audit trail: read, searched, checked and saved by managers, changed by nobody."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from typing_extensions import override

from accounts import audit, audit_files
from accounts.access import actor_of
from accounts.audit_words import ACTIONS, words_of
from accounts.models import AuditEntry, User
from accounts.role_admin import MANAGERS, OPERATORS, RoleAdmin

_FILES = {
    "csv": (audit_files.csv_pieces, "text/csv; charset=utf-8"),
    "jsonl": (audit_files.json_pieces, "application/jsonl"),
}
_DAMAGE = {
    "changed": _("Entry {number} of the audit trail was changed."),
    "missing": _("Entry {number} is missing from the audit trail."),
    "cut": _("The audit trail was cut: entry {number} and those after it are missing."),
    "unsealed": _(
        "The end of the audit trail, after entry {number}, does not bear this installation's seal."
    ),
}


class ActionFilter(admin.SimpleListFilter):
    """By kind of action; the kinds are known, so no table is read for them."""

    title = _("action")
    parameter_name = "action"
    template = "admin/accounts/auditentry/action_filter.html"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*ACTIONS.items()]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(RoleAdmin):
    """Managers read their organisation's trail, operators the platform's own: each that of the own scope."""

    seen_by = MANAGERS | OPERATORS
    list_display = ("number", "at", "person", "done", "subject", "note")
    list_display_links = None
    list_filter = (ActionFilter, "at")
    fields = readonly_fields = ("number", "at", "person", "done", "subject", "note", "digest")
    search_fields = ("target",)
    search_help_text = _("A person's name, or the id of a subject")
    ordering = ("-number",)
    change_list_template = "admin/accounts/auditentry/change_list.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            *(
                path(f"file.{kind}", view(self.file_view), {"kind": kind}, f"accounts_audit_{kind}")
                for kind in _FILES
            ),
            path("verify/", view(require_POST(self.verify_view)), name="accounts_audit_verify"),
            *super().get_urls(),
        ]

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        people = User.objects.filter(pk=OuterRef("actor_id")).values("username")[:1]
        entries: QuerySet[Any] = AuditEntry.objects.annotate(username=Subquery(people))
        return entries

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        people = [*_people(term)]
        return queryset.filter(Q(actor_id__in=people) | Q(target__in=[term, *map(str, people)])), False

    @admin.display(description=_("person"))
    def person(self, entry: Any) -> str:
        return str(entry.username or (_("not of the organization") if entry.actor_id else "–"))

    @admin.display(description=_("action"), ordering="action")
    def done(self, entry: AuditEntry) -> str:
        return words_of(entry.action)

    @admin.display(description=_("subject"))
    def subject(self, entry: Any) -> str:
        named = getattr(entry, "subject_name", "")
        return format_html('{}{}<bdi dir="ltr">{}</bdi>', named, " · " if named else "", entry.target)

    @override
    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Look up the people whom the entries of one page are about, all at once."""
        page = super().get_changelist_instance(request)
        about = User.objects.filter(pk__in=filter(None, map(_id, page.result_list)))
        names = {str(person.pk): str(person) for person in about}
        for entry in page.result_list:
            entry.subject_name = names.get(entry.target, "")
        return page

    def file_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Give the whole trail as a file, and write down that it was given."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        actor = actor_of(request.user)
        audit.record("audit.exported", actor_id=actor.user_id, target=kind)
        pieces, content_type = _FILES[kind]
        response = StreamingHttpResponse(
            pieces(organization_id=actor.organization_id), content_type=content_type
        )
        response.headers["Content-Disposition"] = f'attachment; filename="sicha-audit.{kind}"'
        return response

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Read the trail again from its first entry and say whether it is whole."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        verdict = audit.verify(organization_id=actor_of(request.user).organization_id)
        if verdict.damage:
            words = str(_DAMAGE[verdict.damage]).format(number=verdict.number)
            self.message_user(request, words, messages.ERROR)
        else:
            words = str(_("The audit trail is whole. Entries: {count}")).format(count=verdict.length)
            self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:accounts_auditentry_changelist"))


def _id(entry: AuditEntry) -> UUID | None:
    try:
        return UUID(entry.target)
    except ValueError:
        return None


def _people(term: str) -> Sequence[UUID]:
    """Return the people that a search means: by id, or by part of their names."""
    try:
        return [UUID(term)]
    except ValueError:
        named = Q(username__icontains=term) | Q(display_name__icontains=term)
        return [*User.objects.filter(named).values_list("pk", flat=True)[:100]]
