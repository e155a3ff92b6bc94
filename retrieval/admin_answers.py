"""The admin page of approved answers: a question, its answer, and who may read it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.admin import RoleAdmin
from config.kernel.errors import DomainError
from retrieval import approved, services
from retrieval.admin_search import ModelForm
from retrieval.models import ApprovedAnswer


class ApprovedAnswerForm(ModelForm):
    """Without a Meta, as the form of documents."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["title"].label = _("question")
        self.fields["title"].help_text = _(
            "Asked in these words, in any form, it is answered by the text below and nothing else. "
            "Several ways to ask it stand one after the other, each with its question mark."
        )
        self.fields["content"].label = _("approved answer")
        self.fields["content"].required = True

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "content" in values:
            try:
                services.read_content(values["content"])
                approved.refuse_long(values["content"])
            except DomainError as refusal:
                self.add_error("content", ValidationError(str(refusal.message), code=refusal.code))
        return values


@admin.register(ApprovedAnswer)
class ApprovedAnswerAdmin(RoleAdmin):
    changeable = addable = deletable = True
    form = ApprovedAnswerForm
    fields = ("title", "content", "departments", "people")
    list_display = ("title", "status", "created_at")
    search_fields = ("title", "content")
    filter_horizontal = ("departments", "people")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovedAnswer]:
        kept: QuerySet[ApprovedAnswer] = ApprovedAnswer.objects.filter(
            deleted_at__isnull=True, is_approved_answer=True
        )
        return kept

    @override
    def save_model(self, request: HttpRequest, obj: ApprovedAnswer, form: Any, change: bool) -> None:
        actor, wanted = actor_of(request.user), form.cleaned_data
        readers = services.NamedReaders(
            [department.pk for department in wanted["departments"]],
            [person.pk for person in wanted["people"]],
        )
        approval = approved.Approval(wanted["title"], wanted["content"], readers)
        if change:
            approved.approve_again(actor=actor, document_id=obj.pk, approval=approval)
        else:
            obj.pk = approved.approve(actor=actor, approval=approval).pk

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the services have set the readers."""

    @override
    def delete_model(self, request: HttpRequest, obj: ApprovedAnswer) -> None:
        services.delete_document(actor=actor_of(request.user), document_id=obj.pk)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApprovedAnswer]) -> None:
        for document in queryset:
            self.delete_model(request, document)
