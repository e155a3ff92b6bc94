"""Of this app the admin has what people sent to the managers themselves, and nothing else.

What people ask and are answered is theirs: not even a manager reads it, unless the organisation allows it
and a reason is written down (`supervision`). Managers see counts, which `analytics` keeps without texts and
without names, and the questions that their askers sent on.
"""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from conversations import referring
from conversations.admin_holds import HoldAdmin
from conversations.admin_reading import ReadingAdmin
from conversations.models import Referral
from conversations.referrals import ReferralState

__all__ = ["HoldAdmin", "ReadingAdmin", "ReferralAdmin"]


@admin.register(Referral)
class ReferralAdmin(RoleAdmin):
    list_display = ("text", "state", "sender", "department", "created_at", "answer")
    fields = ("text", "sender", "department", "created_at", "state", "answered_at", "answer")
    list_filter = ("state",)
    list_select_related = ("asker__department",)
    search_fields = ("text",)
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    actions = ("close", "reopen")

    @admin.display(description=_("asked by"), ordering="asker__display_name")
    def sender(self, referral: Referral) -> str:
        return str(referral.asker.get_full_name())

    @admin.display(description=_("department"), ordering="asker__department__name")
    def department(self, referral: Referral) -> str:
        return str(referral.asker.department or "–")

    @admin.display(description=_("answer"))
    def answer(self, referral: Referral) -> str:
        """Lead to the approved answer: to the one that there is, or to a new one to this question."""
        page = "admin:retrieval_approvedanswer"
        if referral.approved_answer_id:
            url = reverse(f"{page}_change", args=[referral.approved_answer_id])
            return format_html('<a href="{}">{}</a>', url, _("The approved answer"))
        if referral.state == ReferralState.ANSWERED:
            return "–"
        wording = " ".join(referral.text.split())
        url = f"{reverse(f'{page}_add')}?{urlencode({'questions': wording, 'state': 'approved'})}"
        return format_html('<a href="{}">{}</a>', url, _("Write an approved answer"))

    @admin.action(description=_("Mark the selected questions as answered"), permissions=["view"])
    def close(self, request: HttpRequest, queryset: QuerySet[Referral]) -> None:
        self._set(request, queryset, answered=True)

    @admin.action(description=_("Open the selected questions again"), permissions=["view"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Referral]) -> None:
        self._set(request, queryset, answered=False)

    def _set(self, request: HttpRequest, queryset: QuerySet[Referral], *, answered: bool) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        count = referring.set_answered(actor=actor_of(request.user), referral_ids=ids, answered=answered)
        words = str(_("Questions changed: {count}"))
        self.message_user(request, words.format(count=count), messages.SUCCESS)
