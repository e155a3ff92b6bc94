"""What happened, counted by day; no text."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel


class DailyUsage(TenantModel):
    """One organisation's day, cut in the product's time zone."""

    day = models.DateField(_("day"))
    questions = models.PositiveIntegerField(_("questions"), default=0)
    answered = models.PositiveIntegerField(_("answered"), default=0)
    refused = models.PositiveIntegerField(_("without a clear answer"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    tokens = models.PositiveIntegerField(_("tokens"), default=0)

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
    """An event that was counted already: deliveries repeat, counts must not."""

    def __str__(self) -> str:
        return str(self.id)
