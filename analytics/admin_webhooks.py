"""The admin pages of webhooks, and of what became of each telling."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import ModelForm, RoleAdmin
from analytics.models import Webhook, WebhookDelivery
from analytics.models.webhooks import URL_LENGTH
from analytics.webhooks import managing
from analytics.webhooks.managing import Wanted
from analytics.webhooks.spreading import EVENTS
from config.kernel.errors import DomainError
from config.kernel.hiding import UnreadableSecretError


def words_of(event: str) -> str:
    """Return what an event is called; one without words is shown as it is."""
    return str(EVENTS.get(event, event))


class WebhookForm(ModelForm):
    """Saves in `clean`, so that a refusal stands beside the form."""

    user: Any = None  # whose page it is
    url = forms.URLField(
        label=_("address"),
        max_length=URL_LENGTH,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr", "size": 70}),
        help_text=_("Events are sent here as JSON by POST, signed as Standard Webhooks are."),
    )
    events = forms.MultipleChoiceField(
        label=_("events"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple
    )

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        wanted = Wanted(values["url"], tuple(values["events"]), values["active"])
        try:
            self.saved = managing.save_webhook(actor=actor_of(self.user), hook=self.instance, wanted=wanted)
        except DomainError as refusal:
            raise ValidationError(str(refusal.message), code=refusal.code) from None
        return values


@admin.register(Webhook)
class WebhookAdmin(RoleAdmin):
    changeable = addable = deletable = True
    form = WebhookForm
    list_display = ("url", "events_in_words", "active", "health")
    list_filter = ("active",)
    fields = ("url", "events", "active", "signing_key")
    readonly_fields = ("signing_key",)
    change_form_template = "admin/analytics/webhook/change_form.html"
    actions = None

    @override
    def get_urls(self) -> list[URLPattern]:
        return [
            path(f"<uuid:webhook_id>/{name}/", self.admin_site.admin_view(require_POST(view)), name=url_name)
            for name, view, url_name in (
                ("test", self.test_view, "analytics_webhook_test"),
                ("secret", self.secret_view, "analytics_webhook_secret"),
            )
        ] + super().get_urls()

    @override
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        return type(form.__name__, (form,), {"user": request.user})

    @override
    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        """Do nothing: the form has saved."""

    @override
    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        managing.delete_webhook(actor=actor_of(request.user), webhook_id=obj.pk)

    def test_view(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        """Have a test sent; its outcome shows among the deliveries."""
        said = _("A test is on its way. What becomes of it shows here.")
        self._change(request, webhook_id, managing.send_test, said)
        return HttpResponseRedirect(reverse("admin:analytics_webhookdelivery_changelist"))

    def secret_view(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        """Give the webhook another key."""
        said = _("The signing key is new. The receiver needs it too.")
        self._change(request, webhook_id, managing.change_secret, said)
        return HttpResponseRedirect(reverse("admin:analytics_webhook_change", args=[webhook_id]))

    def _change(self, request: HttpRequest, webhook_id: UUID, change: Any, said: Any) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            change(actor=actor_of(request.user), webhook_id=webhook_id)
        except DomainError as failure:
            self.message_user(request, str(failure.message), messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)

    @admin.display(description=_("events"))
    def events_in_words(self, hook: Webhook) -> str:
        return ", ".join(map(words_of, hook.events))

    @admin.display(description=_("signing key"))
    def signing_key(self, hook: Webhook) -> str:
        try:
            secret = hook.secret
        except UnreadableSecretError:
            return str(_("It cannot be read any more: the installation's own key is another one now."))
        if not secret:
            return str(_("Made when the webhook is saved."))
        return format_html('<code dir="ltr">{}</code>', secret)

    @admin.display(description=_("state"))
    def health(self, hook: Webhook) -> str:
        if not hook.failures:
            return str(_("In order"))
        said = ngettext(
            "One attempt in vain since the last success",
            "%(count)s attempts in vain since the last success",
            hook.failures,
        )
        return said % {"count": hook.failures}


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(RoleAdmin):
    list_display = ("created_at", "event_in_words", "webhook", "state", "attempts", "answer", "due")
    list_filter = ("state", ("webhook", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("webhook",)
    fields = readonly_fields = (
        *("created_at", "event_in_words", "webhook", "state", "attempts", "answer", "due", "delivered_at"),
        "sent",
    )
    ordering = ("-created_at", "-id")
    actions = ("send_again",)

    @admin.action(description=_("Send again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Have the chosen deliveries sent again, unless they wait already."""
        ids = list(queryset.values_list("pk", flat=True))
        count = managing.send_again(actor=actor_of(request.user), delivery_ids=ids)
        said = ngettext("One delivery is sent again.", "%(count)s deliveries are sent again.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)

    @admin.display(description=_("event"))
    def event_in_words(self, delivery: WebhookDelivery) -> str:
        return words_of(delivery.event)

    @admin.display(description=_("answer"))
    def answer(self, delivery: WebhookDelivery) -> str:
        return str(delivery.status_code or delivery.error or "–")

    @admin.display(description=_("next attempt"))
    def due(self, delivery: WebhookDelivery) -> Any:
        return delivery.due_at if delivery.state == WebhookDelivery.State.WAITING else None

    @admin.display(description=_("what is sent"))
    def sent(self, delivery: WebhookDelivery) -> str:
        body = json.dumps(delivery.body, ensure_ascii=False, indent=2)
        return format_html('<pre dir="ltr">{}</pre>', body)
