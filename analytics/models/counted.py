"""What happened, counted by day without a text or a name."""

from typing import ClassVar

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel


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
