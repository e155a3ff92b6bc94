"""The admin page of legal holds: placed and lifted here, never deleted, each with its reason."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import ModelForm, RoleAdmin
from config.kernel.errors import DomainError
from config.kernel.text import clean_text
from conversations import holds
from conversations.models import HOLD_REASON_LENGTH, Conversation, Hold


class HoldForm(ModelForm):
    """Without a Meta: it would look people up now, and not when somebody is there to see them."""

    conversation_id = forms.UUIDField(
        label=_("conversation"), required=False, help_text=_("Its id, as the audit trail names it.")
    )

    def clean_reason(self) -> str:
        try:
            return clean_text(self.cleaned_data["reason"], max_length=HOLD_REASON_LENGTH, field="reason")
        except DomainError as refusal:
            raise ValidationError(str(refusal.message), code=refusal.code) from None

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        person, conversation_id = values.get("person"), values.get("conversation_id")
        is_known = person or Conversation.objects.filter(pk=conversation_id).exists()
        if bool(person) == bool(conversation_id) or not is_known:
            raise ValidationError(str(holds.HoldOnNothingError.message), code=holds.HoldOnNothingError.code)
        return values


@admin.register(Hold)
class HoldAdmin(RoleAdmin):
    addable = True
    form = HoldForm
    list_display = ("at", "whose", "conversation_id", "reason", "lifted_at")
    list_select_related = ("person",)
    fields = ("person", "conversation_id", "reason")
    autocomplete_fields = ("person",)
    ordering = ("-at",)
    actions = ("lift",)

    @admin.display(description=_("whose"), ordering="person")
    def whose(self, hold: Hold) -> str:
        return str(hold.person or "–")

    @override
    def save_model(self, request: HttpRequest, obj: Hold, form: ModelForm, change: bool) -> None:
        person = form.cleaned_data["person"]
        made = holds.place_hold(
            actor=actor_of(request.user),
            reason=form.cleaned_data["reason"],
            person_id=person.pk if person else None,
            conversation_id=form.cleaned_data["conversation_id"],
        )
        obj.pk = made.pk

    @admin.action(description=_("Lift the selected holds"), permissions=["view"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Hold]) -> None:
        for hold in queryset:
            holds.lift_hold(actor=actor_of(request.user), hold_id=hold.pk)
        self.message_user(request, _("The selected holds were lifted."), messages.SUCCESS)
