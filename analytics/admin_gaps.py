"""The managers' report of what the documents lack, and what can be done about each of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, ForeignKey, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import ModelForm, RoleAdmin
from accounts.selectors import members_of
from accounts.types import AccountStatus
from analytics.gaps.asking_again import Outcome, ask_again
from analytics.gaps.deciding import Decision, decide
from analytics.gaps.measures import measured
from analytics.models import GapQuestion, KnowledgeGap
from config.kernel.errors import DomainError

SHOWN_QUESTIONS = 50


@admin.register(KnowledgeGap)
class KnowledgeGapAdmin(RoleAdmin):
    changeable = True
    fields = ("state", "owner", "created_at", "asked_again_at", "closed_at")
    readonly_fields = ("created_at", "asked_again_at", "closed_at")
    list_display = ("title", "state", "owner", "asked", "people", "departments", "trend", "last_asked")
    list_filter = ("state", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("title", "questions__text")
    change_form_template = "admin/analytics/knowledgegap/change_form.html"
    actions = None

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[KnowledgeGap]:
        return measured(super().get_queryset(request))

    @override
    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Begin with what most people asked; the list would fall back on the order of the table."""
        return [F("people").desc(), F("last_asked").desc(nulls_last=True)]

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[KnowledgeGap], search_term: str
    ) -> tuple[QuerySet[KnowledgeGap], bool]:
        """Look for each word by itself: joined to the list, every question would be counted again for each
        that has the word.
        """
        for word in search_term.split():
            asked = GapQuestion.objects.filter(text__icontains=word, gap__isnull=False).values("gap_id")
            queryset = queryset.filter(Q(title__icontains=word) | Q(pk__in=asked))
        return queryset, False

    @override
    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_POST(self.ask_again_view))
        return [
            path("<uuid:gap_id>/ask-again/", page, name="analytics_gap_ask_again"),
            *super().get_urls(),
        ]

    @override
    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: Any, **options: Any) -> Any:
        if db_field.name == "owner":
            options["queryset"] = members_of(actor=actor_of(request.user), status=AccountStatus.ACTIVE)
        return super().formfield_for_foreignkey(db_field, request, **options)

    @override
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **options)
        if "owner" in form.base_fields:  # people are not edited from here
            widget = form.base_fields["owner"].widget
            widget.can_change_related = widget.can_view_related = False
        return form

    @override
    def save_model(self, request: HttpRequest, obj: KnowledgeGap, form: ModelForm, change: bool) -> None:
        decision = Decision(form.cleaned_data["state"], obj.owner_id)
        decide(actor=actor_of(request.user), gap_id=obj.pk, decision=decision)

    @override
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        gap = self.get_object(request, object_id) if self.has_view_permission(request) else None
        own = {"questions": gap.questions.order_by("-asked_at")[:SHOWN_QUESTIONS]} if gap else {}
        wordings = "\n".join(dict.fromkeys(question.text for question in own.get("questions", ())))
        answer = f"{reverse('admin:retrieval_approvedanswer_add')}?{urlencode({'questions': wordings})}"
        context = {**(extra_context or {}), **own, "answer_url": answer}
        return super().change_view(request, object_id, form_url, context)

    def ask_again_view(self, request: HttpRequest, gap_id: UUID) -> HttpResponse:
        """Ask the gap's questions again and say how it went."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            outcome = ask_again(actor=actor_of(request.user), gap_id=gap_id)
        except DomainError as failure:
            self.message_user(request, str(failure.message), messages.ERROR)
        else:
            self.message_user(
                request, _said(outcome), messages.SUCCESS if outcome.is_closed else messages.INFO
            )
        return HttpResponseRedirect(reverse("admin:analytics_knowledgegap_changelist"))

    @admin.display(description=_("questions"), ordering="asked")
    def asked(self, gap: Any) -> int:
        return int(gap.asked)

    @admin.display(description=_("people"), ordering="people")
    def people(self, gap: Any) -> int:
        return int(gap.people)

    @admin.display(description=_("departments"), ordering="departments")
    def departments(self, gap: Any) -> int:
        return int(gap.departments)

    @admin.display(description=_("last asked"), ordering="last_asked")
    def last_asked(self, gap: Any) -> Any:
        return gap.last_asked

    @admin.display(description=_("trend"), ordering="recent")
    def trend(self, gap: Any) -> str:
        """The last thirty days beside the thirty before."""
        if gap.recent == gap.before:
            return gettext("unchanged")
        words = gettext("rising: %(recent)s, before %(before)s")
        if gap.recent < gap.before:
            words = gettext("falling: %(recent)s, before %(before)s")
        return words % {"recent": gap.recent, "before": gap.before}


def _said(outcome: Outcome) -> str:
    if not outcome.asked:
        return gettext("Nobody who asked is still active, so nothing could be asked again.")
    counted = ngettext(
        "One question was asked again, %(answered)s would be answered now.",
        "%(asked)s questions were asked again, %(answered)s would be answered now.",
        outcome.asked,
    ) % {"asked": outcome.asked, "answered": outcome.answered}
    end = gettext("The gap stays open.")
    if outcome.is_closed:
        end = gettext("The gap is closed, and those who asked are told.")
    return f"{counted} {end}"
