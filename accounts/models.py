"""Organisations, their departments and people."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel
from accounts.types import Role


class Organization(models.Model):
    """A tenant: the wall that no question, document or answer crosses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self) -> str:
        return self.name


class Department(TenantModel):
    """A part of an organisation; documents may be restricted to some of them."""

    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="department_name_unique_in_organization")
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person; the username is global, everything else belongs to one organisation."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PENDING = "pending", _("Waiting for approval")
        DEACTIVATED = "deactivated", _("Deactivated")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.MEMBER)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.ACTIVE)
    session_version = models.PositiveIntegerField(default=1)

    REQUIRED_FIELDS: ClassVar = ["email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
