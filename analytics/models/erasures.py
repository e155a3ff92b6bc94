"""Who was erased, by an id that names nobody any more."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel

ERASURE_REASON_LENGTH = 500


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
