"""How good the answers to known questions are."""

from typing import ClassVar

from django.db import models
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel

QUESTION_LENGTH = 1000
WORDS_LENGTH = 1000


class EvaluationQuestion(TenantModel):
    """A question of which the organisation knows what answers it: a document, words, or nothing at all.

    `words` have to stand in a right answer, one a line.
    """

    text = models.CharField(_("question"), max_length=QUESTION_LENGTH)
    document = models.ForeignKey(
        "retrieval.Document",
        verbose_name=_("document that answers"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty for a question that should be refused."),
    )
    words = models.TextField(
        _("words of a right answer"),
        max_length=WORDS_LENGTH,
        blank=True,
        help_text=_("One a line; the answer has to hold each of them."),
    )
    created_at = models.DateTimeField(_("added"), default=now)

    class Meta:
        verbose_name = _("evaluation question")
        verbose_name_plural = _("evaluation questions")
        ordering: ClassVar = ["text"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "text"], name="evaluation_question_unique")
        ]

    def __str__(self) -> str:
        return self.text


class EvaluationRun(TenantModel):
    """One asking of all questions: `questions` as they were when it began, `results` for those asked so far,
    `figures` once all are.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        COMPLETE = "complete", _("Complete")

    state = models.CharField(_("status"), max_length=16, choices=State.choices, default=State.RUNNING)
    questions = models.JSONField(editable=False, default=list)
    results = models.JSONField(editable=False, default=list)
    figures = models.JSONField(editable=False, default=dict)
    model = models.CharField(_("language model"), max_length=100, blank=True, default="")
    started_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("started by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("begun"), default=now)
    completed_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["organization", "-created_at"], name="evaluation_run_list")]

    def __str__(self) -> str:
        return f"{localtime(self.created_at):%d.%m.%Y %H:%M}"
