"""The admin page of an organisation's settings: one form, which a list would only stand before."""

from dataclasses import fields as fields_of
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.models import OrganizationSettings
from accounts.role_admin import ModelForm, RoleAdmin
from accounts.services import organizations
from accounts.types import Choices


@admin.register(OrganizationSettings)
class OrganizationSettingsAdmin(RoleAdmin):
    changeable = True
    fields = (*(field.name for field in fields_of(Choices)), "language_model")
    readonly_fields = ("language_model",)

    @admin.display(description=_("language model"))
    def language_model(self, _row: OrganizationSettings) -> str:
        """Say which model writes; where none does, what cannot come of these choices."""
        model = settings.LLM["OPTIONS"].get("model")
        return model or gettext("None is configured: answers are quotations, whatever is chosen here.")

    @override
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead whoever may see the settings straight to them."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        row = organizations.settings_row(organization_id=actor_of(request.user).organization_id)
        return HttpResponseRedirect(reverse("admin:accounts_organizationsettings_change", args=[row.pk]))

    @override
    def save_model(
        self, request: HttpRequest, obj: OrganizationSettings, form: ModelForm, change: bool
    ) -> None:
        organizations.choose(actor=actor_of(request.user), choices=Choices(**form.cleaned_data))
