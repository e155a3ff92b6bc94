"""The questions that got no good answer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel


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
