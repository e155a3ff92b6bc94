"""Who outside is told of what happens, and what became of each telling."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel
from config.kernel.hiding import hidden, shown

URL_LENGTH = 500
GIVEN_UP_AFTER = timedelta(days=3)
HIDING_SALT = "analytics.webhook"


def in_some_days() -> datetime:
    """Return until when a delivery that begins now is tried."""
    return now() + GIVEN_UP_AFTER


class Webhook(TenantModel):
    """An address that is told of events; after failures it is left alone until `rests_until`."""

    url = models.CharField(_("address"), max_length=URL_LENGTH)
    events = models.JSONField(_("events"), default=list)
    active = models.BooleanField(_("active"), default=True)
    hidden_secret = models.CharField(max_length=300, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)  # since the last success
    rests_until = models.DateTimeField(default=now, editable=False)
    created_at = models.DateTimeField(_("created on"), default=now, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return self.url

    @property
    def secret(self) -> str:
        """The signing key in plain, empty before there is one; raises UnreadableSecretError."""
        return shown(self.hidden_secret, salt=HIDING_SALT) if self.hidden_secret else ""

    @secret.setter
    def secret(self, secret: str) -> None:
        self.hidden_secret = hidden(secret, salt=HIDING_SALT)


class WebhookDelivery(TenantModel):
    """One event for one webhook: what is sent, how often it was tried, and how it ended.

    A delivery that is being sent is due again when its sender should long have finished: so none is lost with
    a process.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        DELIVERED = "delivered", _("Delivered")
        DEAD = "dead", _("Given up")

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.CharField(_("event"), max_length=100)
    body = models.JSONField(_("what is sent"))
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    status_code = models.PositiveIntegerField(_("answer"), null=True)
    error = models.CharField(_("reason"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("happened on"), default=now)
    due_at = models.DateTimeField(_("next attempt"), default=now)
    given_up_at = models.DateTimeField(default=in_some_days)
    delivered_at = models.DateTimeField(_("delivered on"), null=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="webhook_delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["organization", "-created_at", "-id"], name="webhook_delivery_list"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook_id}"
