"""The admin page of erasures: asked for here with a reason, and proved by a certificate."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts import audit
from accounts.access import actor_of
from accounts.role_admin import ModelForm, RoleAdmin
from accounts.selectors import members_of
from analytics.erasing import ask_for_erasure
from analytics.models import Erasure, KnowledgeGap
from config.kernel.errors import DomainError


class ErasureForm(ModelForm):
    """Asks in `clean`, so that a refusal stands beside the form; no Meta, which would look people up now."""

    user: Any = None  # whose page it is
    # Looked for by name, as whoever is responsible for a gap may be: a list of everybody would not end.
    person: Any = forms.ModelChoiceField(
        queryset=None,
        label=_("whose"),
        widget=AutocompleteSelect(KnowledgeGap._meta.get_field("owner"), admin.site),
    )
    sure = forms.BooleanField(
        label=_("I know that this cannot be undone"),
        help_text=_("The account, conversations, files and every copy of them are erased for good."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "person" in self.fields:
            people = members_of(actor=actor_of(self.user)).exclude(pk=self.user.pk).order_by("username")
            self.fields["person"].queryset = people  # type: ignore[attr-defined]

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        wanted = {"person_id": values["person"].pk, "reason": values["reason"]}
        try:
            self.asked = ask_for_erasure(actor=actor_of(self.user), **wanted)
        except DomainError as refusal:
            raise ValidationError(str(refusal.message), code=refusal.code) from None
        return values


@admin.register(Erasure)
class ErasureAdmin(RoleAdmin):
    addable = True
    form = ErasureForm
    list_display = ("created_at", "person_id", "asked_by", "reason", "completed_at", "certificate_file")
    list_display_links = None
    list_select_related = ("asked_by",)
    fields = ("person", "reason", "sure")
    ordering = ("-created_at",)

    @override
    def get_fields(self, request: HttpRequest, obj: Erasure | None = None) -> tuple[str, ...]:
        return self.fields if obj is None else ("created_at", "person_id", "reason", "completed_at")

    @override
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        return type(form.__name__, (form,), {"user": request.user})

    @override
    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.certificate_view)
        own = path("<uuid:erasure_id>/certificate.json", page, name="analytics_erasure_certificate")
        return [own, *super().get_urls()]

    @override
    def save_model(self, request: HttpRequest, obj: Erasure, form: Any, change: bool) -> None:
        obj.pk = form.asked.pk

    @admin.display(description=_("certificate"))
    def certificate_file(self, erasure: Erasure) -> str:
        if erasure.completed_at is None:
            return str(_("Under way"))
        url = reverse("admin:analytics_erasure_certificate", args=[erasure.pk])
        return format_html('<a href="{}" download>{}</a>', url, _("Save"))

    def certificate_view(self, request: HttpRequest, erasure_id: Any) -> HttpResponse:
        """Give the certificate of an erasure that has come to its end as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found: Erasure | None = Erasure.objects.exclude(completed_at=None).filter(pk=erasure_id).first()
        if found is None:
            raise Http404
        audit.record("erasure.exported", actor_id=actor_of(request.user).user_id, target=found.pk)
        response = HttpResponse(
            json.dumps(found.certificate, ensure_ascii=False, indent=2), content_type="application/json"
        )
        response.headers["Content-Disposition"] = f'attachment; filename="erasure-{found.pk}.json"'
        return response
