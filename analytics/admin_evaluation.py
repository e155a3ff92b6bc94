"""The admin pages of evaluations: the organisation's own questions, the runs over them, and their history."""

import csv
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from typing_extensions import override

from accounts import audit
from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from analytics.evaluating import start_evaluation
from analytics.history_plot import Line, plot_of
from analytics.models import EvaluationQuestion, EvaluationRun
from analytics.question_sets import import_questions
from config.kernel.errors import DomainError
from config.kernel.text import spreadsheet_text
from retrieval.access import reader_of
from retrieval.selectors import documents

_RUNS = "admin:analytics_evaluationrun_changelist"
_PLOTTED = 30
_FIGURES = {
    "right": (_("right answers"), "good"),
    "found": (_("document found"), "calm"),
    "refused_unanswerable": (_("refused, nothing answers"), "doubt"),
    "sure_and_wrong": (_("sure and wrong"), "bad"),
}
# Of the search alone, as `manage.py evaluate_retrieval` has them.
_FOUND = ("found_first", "found_in_five", "reciprocal_rank")


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("file"), help_text=_("CSV with the columns question, document and words (parted by |).")
    )


def shown(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _said(refusal: DomainError) -> str:
    return str(refusal.message).format(**(refusal.details or {}))


@admin.register(EvaluationQuestion)
class EvaluationQuestionAdmin(RoleAdmin):
    changeable = addable = deletable = True
    fields = ("text", "document", "words")
    autocomplete_fields = ("document",)
    list_display = ("text", "document", "words")
    list_select_related = ("document",)
    search_fields = ("text",)
    ordering = ("text",)
    change_list_template = "admin/analytics/evaluation_questions.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view(self.import_view)
        return [path("import/", own, name="analytics_import_questions"), *super().get_urls()]

    @override
    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name == "document":
            options["queryset"] = documents(reader_of(actor_of(request.user)))
            options["help_text"] = _(
                "Without one, the answer is judged by the words below; "
                "without words as well, the question should be refused."
            )
        return super().formfield_for_foreignkey(db_field, request, **options)

    @override
    def save_model(self, request: HttpRequest, obj: EvaluationQuestion, form: Any, change: bool) -> None:
        obj.organization_id = actor_of(request.user).organization_id
        obj.save()

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take questions from a file, all of them or none."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                content = form.cleaned_data["file"].read()
                count = import_questions(actor=actor_of(request.user), content=content)
            except DomainError as refusal:
                form.add_error("file", _said(refusal))
            else:
                self.message_user(
                    request, gettext("Questions kept: {count}").format(count=count), messages.SUCCESS
                )
                return HttpResponseRedirect(reverse("admin:analytics_evaluationquestion_changelist"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Import questions"),
            "form": form,
        }
        return TemplateResponse(request, "admin/analytics/import_questions.html", context)


@admin.register(EvaluationRun)
class EvaluationRunAdmin(RoleAdmin):
    deletable = True
    list_display = ("__str__", "progress", *_FIGURES, "model", "started_by")
    list_select_related = ("started_by",)
    ordering = ("-created_at",)
    change_list_template = "admin/analytics/evaluation_runs.html"
    change_form_template = "admin/analytics/evaluation_run.html"
    fields = ("created_at", "completed_at", "progress", "model", "started_by", *_FIGURES, *_FOUND)

    @override
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("start/", view(require_POST(self.start_view)), name="analytics_start_evaluation"),
            path("<uuid:object_id>/file.csv", view(self.file_view), name="analytics_evaluation_csv"),
            *super().get_urls(),
        ]

    @admin.display(description=_("status"))
    def progress(self, run: EvaluationRun) -> str:
        if run.state == EvaluationRun.State.COMPLETE:
            return str(run.get_state_display())
        return f"{run.get_state_display()} {len(run.results)}/{len(run.questions)}"

    @admin.display(description=_("right answers"))
    def right(self, run: EvaluationRun) -> str:
        return shown(run.figures.get("right"))

    @admin.display(description=_("document found"))
    def found(self, run: EvaluationRun) -> str:
        return shown(run.figures.get("found"))

    @admin.display(description=_("document found first (R@1)"))
    def found_first(self, run: EvaluationRun) -> str:
        return shown(run.figures.get("found_first"))

    @admin.display(description=_("document among the first five (R@5)"))
    def found_in_five(self, run: EvaluationRun) -> str:
        return shown(run.figures.get("found_in_five"))

    @admin.display(description=_("mean reciprocal rank (MRR)"))
    def reciprocal_rank(self, run: EvaluationRun) -> str:
        mean = run.figures.get("reciprocal_rank")
        return "–" if mean is None else number_format(mean, decimal_pos=3)

    @admin.display(description=_("refused, nothing answers"))
    def refused_unanswerable(self, run: EvaluationRun) -> str:
        return shown(run.figures.get("refused_unanswerable"))

    @admin.display(description=_("sure and wrong"))
    def sure_and_wrong(self, run: EvaluationRun) -> str:
        return shown(run.figures.get("sure_and_wrong"))

    @override
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add the history of the figures, as a plot; the list beneath is the same as a table."""
        if self.has_view_permission(request):
            complete = EvaluationRun.objects.filter(state=EvaluationRun.State.COMPLETE)
            runs = list(complete.only("created_at", "figures").order_by("-created_at")[:_PLOTTED])[::-1]
            labels = [date_format(localtime(run.created_at), "j.n H:i") for run in runs]
            lines = [
                Line(str(label), tone, tuple(run.figures.get(name) for run in runs))
                for name, (label, tone) in _FIGURES.items()
            ]
            extra_context = {**(extra_context or {}), "plot": plot_of(labels, lines) if runs else None}
        return super().changelist_view(request, extra_context)

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Begin an evaluation; it goes on by itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            start_evaluation(actor=actor_of(request.user))
        except DomainError as refusal:
            self.message_user(request, _said(refusal), messages.ERROR)
        else:
            self.message_user(request, gettext("The evaluation has begun."), messages.SUCCESS)
        return HttpResponseRedirect(reverse(_RUNS))

    def file_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Give a run's answers as CSV; the mark at the beginning lets Excel read Hebrew."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run: EvaluationRun = get_object_or_404(EvaluationRun, pk=object_id)
        audit.record("evaluation.exported", actor_id=actor_of(request.user).user_id, target=run.pk)
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        name = f"sicha-evaluation-{localtime(run.created_at):%Y-%m-%d-%H%M}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        writer = csv.writer(response)
        columns = ("text", "title", "rank", "refused", "right", "level", "confidence", "answer")
        writer.writerow(columns)
        writer.writerows([_cell(result[column]) for column in columns] for result in run.results)
        return response


def _cell(value: Any) -> str:
    """Return a value that a spreadsheet takes for text, not for a formula."""
    return spreadsheet_text("" if value is None else str(value))
