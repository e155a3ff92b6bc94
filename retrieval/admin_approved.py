"""The admin page of approved answers: ways to ask, the answer, for whom, until when, who is responsible."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from config.kernel.errors import DomainError
from retrieval import approved
from retrieval.admin_search import ModelForm
from retrieval.models import ApprovedAnswer, Document


class ApprovedAnswerForm(ModelForm):
    """Without a Meta, as the form of documents."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "documents" in self.fields:
            chosen: Any = self.fields["documents"]
            chosen.queryset = Document.objects.filter(deleted_at__isnull=True, conversation_id=None)
            chosen.help_text = _("Cited beneath the answer, for those who may open them.")
        if "departments" in self.fields:
            self.fields["departments"].help_text = _("Without a department it is an answer for everyone.")

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if {"questions", "answer"} <= values.keys():
            try:
                approved.checked(approval_of(values))
            except DomainError as refusal:
                field = str((refusal.details or {}).get("field", "answer"))
                self.add_error(field, ValidationError(str(refusal.message), code=refusal.code))
        return values


def approval_of(values: dict[str, Any]) -> approved.Approval:
    """Return what was typed into the form."""
    return approved.Approval(
        questions=values["questions"],
        answer=values["answer"],
        is_approved=values.get("state") == ApprovedAnswer.State.APPROVED,
        document_ids=_ids(values.get("documents")),
        department_ids=_ids(values.get("departments")),
        valid_from=values.get("valid_from"),
        valid_until=values.get("valid_until"),
        owner_id=values["owner"].pk if values.get("owner") else None,
    )


def _ids(rows: Any) -> list[UUID]:
    return [row.pk for row in rows or ()]


@admin.register(ApprovedAnswer)
class ApprovedAnswerAdmin(RoleAdmin):
    changeable = addable = deletable = True
    form = ApprovedAnswerForm
    change_list_template = "admin/retrieval/approved_list.html"
    fields = (
        *("questions", "answer", "documents", "departments"),
        *("valid_from", "valid_until", "owner", "state", "approval"),
    )
    readonly_fields = ("approval",)
    filter_horizontal = ("departments",)
    autocomplete_fields = ("documents",)
    list_display = ("__str__", "use", "audience", "valid_until", "owner", "approval")
    list_filter = ("state",)
    list_select_related = ("owner", "approved_by")
    search_fields = ("questions", "answer")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovedAnswer]:
        kept: QuerySet[ApprovedAnswer] = super().get_queryset(request)
        return kept.prefetch_related("departments")

    @admin.display(description=_("status"), ordering="state")
    def use(self, answer: ApprovedAnswer) -> str:
        today = localdate()
        if (
            answer.state == ApprovedAnswer.State.APPROVED
            and answer.valid_until
            and answer.valid_until < today
        ):
            return str(_("Expired"))
        if answer.state == ApprovedAnswer.State.APPROVED and answer.valid_from and answer.valid_from > today:
            return str(_("Not yet valid"))
        return str(answer.get_state_display())

    @admin.display(description=_("readers"))
    def audience(self, answer: ApprovedAnswer) -> str:
        if not answer.restricted:
            return str(_("everyone"))
        return ", ".join(map(str, answer.departments.all())) or str(_("managers"))

    @admin.display(description=_("approved by"))
    def approval(self, answer: ApprovedAnswer) -> str:
        if answer.approved_at is None:
            return "–"
        who = answer.approved_by.get_full_name() if answer.approved_by else str(_("a former manager"))
        return f"{who}, {localdate(answer.approved_at):%d.%m.%Y}"

    @override
    def save_model(self, request: HttpRequest, obj: ApprovedAnswer, form: Any, change: bool) -> None:
        wanted = approval_of(form.cleaned_data)
        approved.save_answer(actor=actor_of(request.user), answer=obj, approval=wanted)
        if obj.state == ApprovedAnswer.State.DRAFT:
            self.message_user(
                request, _("It is a draft: it is given only once it is approved."), messages.WARNING
            )

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the service has set documents and departments."""

    @override
    def delete_model(self, request: HttpRequest, obj: ApprovedAnswer) -> None:
        approved.delete_answer(actor=actor_of(request.user), answer=obj)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApprovedAnswer]) -> None:
        for answer in queryset:
            self.delete_model(request, answer)
