"""Organisations, what their managers have chosen, and their departments."""

import uuid
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.names import name_key
from accounts.tenancy import TenantModel
from accounts.types import Tone


class Organization(models.Model):
    """A tenant: the wall that no question, document or answer crosses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=600, unique=True, editable=False)
    is_platform = models.BooleanField(_("runs the platform"), default=False, editable=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_platform"], condition=models.Q(is_platform=True), name="organization_one_platform"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)


class OrganizationSettings(TenantModel):
    """What an organisation's managers have chosen; without a row, the defaults of the fields."""

    masks_personal_data = models.BooleanField(
        _("hide personal data from the language model"),
        default=False,
        help_text=_(
            "In questions: identity numbers, payment cards, bank accounts, phones, e-mail and home "
            "addresses. In documents: the first three. A word for their kind takes their place."
        ),
    )

    answers_freely = models.BooleanField(
        _("answer without sources where the documents have no answer"),
        default=False,
        help_text=_(
            "The language model then answers out of general knowledge, and the answer says so. "
            "Otherwise answers come from the documents only, and what they do not hold is refused."
        ),
    )

    allows_reading = models.BooleanField(
        _("managers may read a person's conversation"),
        default=False,
        help_text=_(
            "For a written reason only. The person sees who read it, when and why, and the audit trail "
            "keeps it. Otherwise nobody reads the conversations of others."
        ),
    )

    demands_second_factor = models.BooleanField(
        _("signing in takes a code of an authenticator app"),
        default=False,
        help_text=_(
            "Besides the password. Whoever has not set up an app is signed out now and sets it up at the "
            "next sign-in. Keys for programs are not affected."
        ),
    )

    retention_days = models.PositiveIntegerField(
        _("days after which conversations are deleted"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Counted from the last message; then they are gone everywhere, the archive included, and cannot "
            "be brought back. A legal hold keeps them. Empty: they are kept."
        ),
    )

    tone = models.CharField(
        _("how answers are worded"),
        max_length=16,
        choices=Tone.choices,
        default=Tone.PLAIN,
        help_text=_("By the language model. Quotations stay as they are written."),
    )

    class Meta:
        verbose_name = _("organization settings")
        verbose_name_plural = _("organization settings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="settings_one_of_an_organization")
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Department(TenantModel):
    """A part of an organisation; documents may be restricted to some of them."""

    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "name"], name="department_name_unique_in_organization"
            )
        ]

    def __str__(self) -> str:
        return self.name
