"""The admin page of API keys: made and revoked here, never changed; a key is shown once."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.models import ApiKey
from accounts.role_admin import ModelForm, RoleAdmin
from accounts.scopes import Scope
from accounts.services import api_keys
from accounts.services.api_keys import NAME_LENGTH, WantedKey
from config.kernel.errors import DomainError

_EXPIRY = [
    ("90", _("Ninety days")),
    ("30", _("Thirty days")),
    ("365", _("A year")),
    ("", _("Until it is revoked")),
]


class ApiKeyForm(ModelForm):
    """Makes the key in `clean`, so that a refusal stands beside the form."""

    user: Any = None  # whose page it is
    name = forms.CharField(
        label=_("name"), max_length=NAME_LENGTH, help_text=_("What it is for, such as the program's name.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label=_("good for"), choices=_EXPIRY, required=False)

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        days = values["days"]
        wanted = WantedKey(values["name"], values["scopes"], int(days) if days else None)
        try:
            self.made, self.key = api_keys.create_key(actor=actor_of(self.user), wanted=wanted)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal.message), code=refusal.code) from None
        return values


@admin.register(ApiKey)
class ApiKeyAdmin(RoleAdmin):
    addable = True
    form = ApiKeyForm
    fields = ("name", "scopes", "days")
    list_display = ("name", "begins", "allowed", "state", "owner", "created_at", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    ordering = ("-created_at",)
    actions = ("revoke",)

    @override
    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("name", "begins", "allowed", "state", "owner", "created_at", "expires_at", "last_used_at")
        return self.fields if obj is None else shown

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    @override
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        return type(form.__name__, (form,), {"user": request.user})

    @override
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep the key for the page that shows it: the form has saved its row."""
        obj.pk, obj.name, obj.shown_once = form.made.pk, form.made.name, form.key

    @override
    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the key on this one page: a message would lie in the session until it is read."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("The new API key"),
            "key": obj.shown_once,
            "name": obj.name,
        }
        return TemplateResponse(request, "admin/accounts/apikey/made.html", context)

    @admin.action(description=_("Revoke the selected keys"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for key in queryset:
            api_keys.revoke_key(actor=actor_of(request.user), key_id=key.pk)
        self.message_user(request, _("The selected keys are worthless now."), messages.SUCCESS)

    @admin.display(description=_("begins with"), ordering="beginning")
    def begins(self, key: ApiKey) -> str:
        return format_html('<code dir="ltr">{}…</code>', key.beginning)

    @admin.display(description=_("may"))
    def allowed(self, key: ApiKey) -> str:
        return " · ".join(str(Scope(scope).label) for scope in key.scopes)

    @admin.display(description=_("status"))
    def state(self, key: ApiKey) -> str:
        if key.revoked_at is not None:
            return gettext("Revoked")
        is_over = key.expires_at is not None and key.expires_at <= timezone.now()
        return gettext("Expired") if is_over else gettext("Good")
