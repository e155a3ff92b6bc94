"""The audit trail."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.tenancy import TenantModel


class AuditEntry(TenantModel):
    """Who did what about people, access and knowledge; written once, read by managers, never changed.

    Entries count from 1 in each organisation, and each one's digest covers the one before: `accounts.audit`.
    """

    number = models.PositiveBigIntegerField(_("number"))
    actor_id = models.UUIDField(_("person"), null=True)
    action = models.CharField(_("action"), max_length=64)
    target = models.CharField(_("subject"), max_length=200)
    note = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(_("time"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "number"], name="audit_number_unique_in_organization"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "target"], name="audit_of_a_subject"),
            models.Index(fields=["organization", "at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("audit entries are never changed")
        super().save(*args, **kwargs)

    @override
    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("audit entries are never deleted")


class AuditHead(TenantModel):
    """How long an organisation's trail is and how it ends, sealed by a key that is not in the database."""

    length = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("end of the audit trail")
        verbose_name_plural = _("ends of the audit trails")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="audit_head_one_of_an_organization")
        ]

    def __str__(self) -> str:
        return f"{self.length} {self.digest}"
