"""The admin pages of what is kept: legal holds, placed and lifted here, never deleted; and how it stands."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import ModelForm, RoleAdmin
from config.kernel.errors import DomainError
from config.kernel.text import clean_text
from conversations import holds, keeping, organizing
from conversations.manifests import Difference
from conversations.models import HOLD_REASON_LENGTH, Conversation, Hold

_FOLDERS_NAMED = 10
_ON_THE_WAY = gettext_noop("What was said in the last minutes may be on its way.")


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
    change_list_template = "admin/conversations/hold/change_list.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("kept/", view(require_safe(self.keeping_view)), name="conversations_keeping"),
            path(
                "kept/compare/",
                view(require_POST(self.compare_view)),
                name="conversations_keeping_compare",
            ),
            path(
                "kept/give-back/<uuid:conversation_id>/",
                view(require_POST(self.give_back_view)),
                name="conversations_give_back",
            ),
            *super().get_urls(),
        ]

    def keeping_view(self, request: HttpRequest) -> HttpResponse:
        """Say what expires, what waits, what is held and what is archived."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        actor = actor_of(request.user)
        person = request.GET.get("person", "").strip()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("What is kept"),
            "keeping": keeping.keeping_of(actor=actor),
            "archive": keeping.archive_of(actor=actor),
            "deleted": keeping.deleted_of(actor=actor, person=person),
            "most": keeping.DELETED_SHOWN,
            "person": person,
        }
        return TemplateResponse(request, "admin/conversations/keeping.html", context)

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Compare the archive with what it has to hold, and say how that went."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = keeping.compare_archive(actor=actor_of(request.user))
        except DomainError as failure:
            self.message_user(request, str(failure.message), messages.ERROR)
        else:
            self._say(request, found)
        return HttpResponseRedirect(reverse("admin:conversations_keeping"))

    def give_back_view(self, request: HttpRequest, conversation_id: UUID) -> HttpResponse:
        """Undo somebody's deletion."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            given = organizing.give_back(actor=actor_of(request.user), conversation_id=conversation_id)
        except DomainError as failure:
            self.message_user(request, str(failure.message), messages.ERROR)
        else:
            words = gettext("The conversation of %(owner)s is back in their list.")
            self.message_user(request, words % {"owner": given.owner.get_full_name()}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:conversations_keeping"))

    def _say(self, request: HttpRequest, found: list[Difference]) -> None:
        if not found:
            self.message_user(request, gettext("The archive holds all that it should."), messages.SUCCESS)
            return
        words = ngettext(
            "One folder of the archive differs: %(folders)s.",
            "%(count)s folders of the archive differ: %(folders)s.",
            len(found),
        )
        named = "; ".join(f"{each.folder} ({each.found}/{each.expected})" for each in found[:_FOLDERS_NAMED])
        said = words % {"count": len(found), "folders": named}
        self.message_user(request, f"{said} {gettext(_ON_THE_WAY)}", messages.WARNING)

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
