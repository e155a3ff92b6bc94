"""Keys by which programs come in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel


class ApiKey(TenantModel):
    """A program's right to do some of what its owner may do; only the key's hash is kept.

    `scopes` are values of `accounts.scopes.Scope`, `beginning` the first characters of the key, by which
    people tell their keys apart.
    """

    name = models.CharField(
        _("name"), max_length=100, help_text=_("What it is for, such as the program's name.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        verbose_name=_("acts as"),
    )
    beginning = models.CharField(_("begins with"), max_length=24, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("may"), default=list)
    created_at = models.DateTimeField(_("created on"), default=now, editable=False)
    expires_at = models.DateTimeField(_("good until"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used on"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["organization", "-created_at"], name="api_key_list")]

    def __str__(self) -> str:
        return self.name
