"""The admin page of an organisation's settings: one form, which a list would only stand before."""

from dataclasses import fields as fields_of
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from typing_extensions import override

from accounts.access import actor_of
from accounts.models import OrganizationSettings
from accounts.role_admin import ModelForm, RoleAdmin
from accounts.services import organizations
from accounts.types import Choices


@admin.register(OrganizationSettings)
class OrganizationSettingsAdmin(RoleAdmin):
    changeable = True
    fields = tuple(field.name for field in fields_of(Choices))

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
