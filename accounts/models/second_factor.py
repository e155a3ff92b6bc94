"""What a person proves a second step of signing in by."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.tenancy import TenantModel


class SecondFactor(TenantModel):
    """An authenticator app; the secret lies hidden by a key that is not in the database.

    `last_step` is the latest half minute whose digits were used; of recovery codes the digests are kept that
    are still good.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    secret = models.TextField(editable=False)
    last_step = models.PositiveBigIntegerField(default=0)
    recovery_digests = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("second step of signing in")
        verbose_name_plural = _("second steps of signing in")

    def __str__(self) -> str:
        return str(self.pk)
