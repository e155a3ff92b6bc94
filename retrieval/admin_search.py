"""The manager's pages for the search: the glossary, and trying a question to see what is found and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from config.kernel.errors import DomainError
from config.kernel.hebrew.direction import dominant_direction
from retrieval import glossary
from retrieval.access import reader_of
from retrieval.evidence import Signals, held_words
from retrieval.models import GlossaryEntry
from retrieval.ordering import Ranked
from retrieval.passages import plain
from retrieval.rescoring import Features, weights_of
from retrieval.search import Explanation, explain

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:  # Django's own class takes no parameters when it runs
    ModelForm = forms.ModelForm

_QUESTION_LENGTH = 1000
_LEAST_SHOWN = 0.05
# The search writes every letter as in the middle of a word.
_FINAL = {"כ": "ך", "מ": "ם", "נ": "ן", "פ": "ף", "צ": "ץ"}
_REASONS = {
    "meaning": _("meaning"),
    "sentence": _("nearest sentence"),
    "words": _("words"),
    "roots": _("roots"),
    "trigrams": _("parts of words"),
}
_SIGNALS = {
    "background": _("nearness to the organization's matters"),
    "spread": _("the best passage stands out"),
    "sentence": _("nearest sentence"),
    "lead": _("lead over other documents"),
    "coverage": _("share of the question's words"),
    "usual": _("likeness to what people usually ask"),
}
_LEVELS = {
    "high": _("high confidence"),
    "medium": _("medium confidence"),
    "low": _("low confidence"),
    "none": _("not answered: too little evidence"),
}


class GlossaryForm(ModelForm):
    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "terms" in values:
            try:
                glossary.checked_terms(values["terms"])
            except (glossary.GlossaryTermError, glossary.GlossaryTooShortError) as refusal:
                said = str(refusal.message).format(**refusal.details)
                self.add_error("terms", ValidationError(said, code=refusal.code))
        return values


class QuestionForm(forms.Form):
    question = forms.CharField(label=_("question"), max_length=_QUESTION_LENGTH)


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of why a passage stands where it stands, in words, with its value."""

    name: Any
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """A passage that was found, as the page shows it."""

    place: int
    ranked: Ranked
    legs: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    held: Sequence[str]
    text: str

    @property
    def direction(self) -> str:
        """Return how the passage is read, whichever word it begins with."""
        return dominant_direction(self.text)


@admin.register(GlossaryEntry)
class GlossaryAdmin(RoleAdmin):
    changeable = addable = deletable = True
    form = GlossaryForm
    list_display = ("terms", "created_at")
    search_fields = ("terms",)
    fields = ("terms",)
    change_list_template = "admin/retrieval/glossary_list.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        own = path("try/", self.admin_site.admin_view(self.try_question), name="retrieval_try_question")
        return [own, *super().get_urls()]

    @override
    def save_model(self, request: HttpRequest, obj: GlossaryEntry, form: Any, change: bool) -> None:
        glossary.save_entry(actor=actor_of(request.user), entry=obj, terms=form.cleaned_data["terms"])

    @override
    def delete_model(self, request: HttpRequest, obj: GlossaryEntry) -> None:
        glossary.delete_entry(actor=actor_of(request.user), entry=obj)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[GlossaryEntry]) -> None:
        for entry in queryset:
            self.delete_model(request, entry)

    def try_question(self, request: HttpRequest) -> HttpResponse:
        """Show what a question finds, as the manager who asks may see it, and why in this order."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = QuestionForm(request.GET or None)
        context = self.admin_site.each_context(request) | {"title": _("Try a question"), "form": form}
        if form.is_valid():
            context |= _explained(request, form.cleaned_data["question"])
        return TemplateResponse(request, "admin/retrieval/try_question.html", context)


def _explained(request: HttpRequest, question: str) -> dict[str, Any]:
    try:
        found = explain(question=question, reader=reader_of(actor_of(request.user)))
    except DomainError as refusal:
        return {"refusal": refusal.message}
    return {
        "found": found,
        "asked": _spelled(found.asked),
        "level": _LEVELS[found.evidence.level],
        "signals": _signals(found),
        "rows": [_row(place, one, found.asked) for place, one in enumerate(found.found, start=1)],
        "missed": _missed(found),
    }


def _row(place: int, one: Ranked, asked: Sequence[str]) -> Row:
    legs = (
        (_("words (BM25)"), one.hit.lexical),
        (_("meaning (cosine)"), one.hit.dense),
        (_("reranker"), one.reranked),
    )
    return Row(
        place=place,
        ranked=one,
        legs=tuple(Reason(name, value) for name, value in legs if value is not None),
        reasons=_reasons(one.features, one.passage.document.embedder),
        held=_spelled(held_words(asked, one.passage.search_text)),
        text=plain(one.passage.text),
    )


def _missed(found: Explanation) -> list[str]:
    """Return the words asked about that none of the passages holds: what the documents may lack."""
    held = {word for one in found.found for word in held_words(found.asked, one.passage.search_text)}
    return _spelled([word for word in found.asked if word not in held])


def _spelled(words: Sequence[str]) -> list[str]:
    """Return the words as people write them."""
    return [word[:-1] + _FINAL.get(word[-1], word[-1]) if len(word) > 1 else word for word in words]


def _reasons(features: Features, embedder: str) -> tuple[Reason, ...]:
    """Return what each feature adds to the odds, the greatest first."""
    pairs = zip(_REASONS.values(), features.as_row(), weights_of(embedder).as_row(), strict=True)
    added = [Reason(name, value * weight) for name, value, weight in pairs if value * weight >= _LEAST_SHOWN]
    return tuple(sorted(added, key=lambda reason: -reason.value))


def _signals(found: Explanation) -> list[Reason]:
    judged: Signals | None = found.signals
    return [Reason(*pair) for pair in zip(_SIGNALS.values(), judged.as_row(), strict=True)] if judged else []
