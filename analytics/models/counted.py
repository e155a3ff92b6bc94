"""What happened, counted by day without a text or a name; the questions that got no good answer; and how good
the answers to known questions are.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel

QUESTION_LENGTH = 1000
WORDS_LENGTH = 1000
ERASURE_REASON_LENGTH = 500


class DailyUsage(TenantModel):
    """One organisation's day, cut in the product's time zone: the day on which the answer was begun."""

    day = models.DateField(_("day"))
    questions = models.PositiveIntegerField(_("questions"), default=0)
    answered = models.PositiveIntegerField(_("answered"), default=0)
    refused = models.PositiveIntegerField(_("without a clear answer"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    helpful = models.PositiveIntegerField(_("helpful"), default=0)
    not_helpful = models.PositiveIntegerField(_("not helpful"), default=0)
    prompt_tokens = models.PositiveBigIntegerField(_("tokens read"), default=0)
    completion_tokens = models.PositiveBigIntegerField(_("tokens written"), default=0)

    class Meta:
        verbose_name = _("daily usage")
        verbose_name_plural = _("daily usage")
        ordering: ClassVar = ["-day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "day"], name="daily_usage_unique")
        ]

    def __str__(self) -> str:
        return str(self.day)


class CountedEvent(TenantModel):
    """An event that was counted already, by its id: deliveries repeat, counts must not."""

    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "created_at"], name="counted_event_age")]

    def __str__(self) -> str:
        return str(self.id)


class KnowledgeGap(TenantModel):
    """Questions that ask for the same and got no good answer: what the documents lack."""

    class State(models.TextChoices):
        OPEN = "open", _("Nobody has taken it up")
        IN_PROGRESS = "in_progress", _("Being worked on")
        CLOSED = "closed", _("Answered now")
        DISMISSED = "dismissed", _("Not to be answered")

    title = models.CharField(_("what is asked"), max_length=300)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
    )
    created_at = models.DateTimeField(_("first asked"), default=now)
    asked_again_at = models.DateTimeField(_("asked again on"), null=True)
    asked_at_version = models.PositiveBigIntegerField(null=True)  # of the index
    closed_at = models.DateTimeField(_("closed on"), null=True)

    class Meta:
        verbose_name = _("knowledge gap")
        verbose_name_plural = _("knowledge gaps")
        ordering: ClassVar = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_taken_up(self) -> bool:
        """Whether people have decided about it: then it is never taken apart or joined to another one."""
        return self.owner_id is not None or self.state != self.State.OPEN


class GapQuestion(TenantModel):
    """A question without a good answer, with personal data masked. It goes with its conversation and its
    asker.
    """

    class Reason(models.TextChoices):
        REFUSED = "refused", _("Without a clear answer")
        NOT_HELPFUL = "not_helpful", _("The answer did not help")

    gap = models.ForeignKey(KnowledgeGap, on_delete=models.SET_NULL, null=True, related_name="questions")
    answer_id = models.UUIDField()
    conversation_id = models.UUIDField()
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("question"))
    reason = models.CharField(_("why"), max_length=16, choices=Reason.choices)
    asked_at = models.DateTimeField(_("asked on"))
    # Where the question stands among the others: float32, as `embedder` computed it; empty without one.
    vector = models.BinaryField(default=bytes)
    embedder = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("unanswered question")
        verbose_name_plural = _("unanswered questions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "answer_id"], name="gap_question_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["gap", "-asked_at"], name="gap_question_of_gap"),
            models.Index(fields=["organization", "conversation_id"], name="gap_question_of_conversation"),
        ]

    def __str__(self) -> str:
        return self.text


class EvaluationQuestion(TenantModel):
    """A question of which the organisation knows what answers it: a document, or nothing at all.

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


class Erasure(TenantModel):
    """That somebody was erased, by an id that names nobody afterwards: `removed` so far, and once it is done
    the certificate.
    """

    person_id = models.UUIDField(_("whose"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=ERASURE_REASON_LENGTH)
    removed = models.JSONField(default=dict)
    certificate = models.JSONField(_("certificate"), default=dict)
    created_at = models.DateTimeField(_("asked for on"), default=now)
    completed_at = models.DateTimeField(_("erased on"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_id"],
                condition=models.Q(completed_at=None),
                name="erasure_one_under_way",
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)
