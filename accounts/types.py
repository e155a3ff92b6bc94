"""What the other apps know of a person."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do in the organisation; an operator runs the platform and reads no content."""

    MEMBER = "member", _("Member")
    MANAGER = "manager", _("Manager")
    OPERATOR = "operator", _("Platform operator")


class AccountStatus(TextChoices):
    """Only an active account may do anything at all."""

    ACTIVE = "active", _("Active")
    PENDING = "pending", _("Waiting for approval")
    DEACTIVATED = "deactivated", _("Deactivated")


class Language(TextChoices):
    """Languages of pages and mails, by their own names."""

    HEBREW = "he", "עברית"
    ENGLISH = "en", "English"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a credential came of and ends with: a browser's session, or a family of refresh tokens."""

    kind: Literal["session", "tokens"]
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Actor:
    """An authenticated, active person: the only form in which identity crosses an app's boundary."""

    user_id: UUID
    organization_id: UUID
    department_id: UUID | None
    role: Role
    username: str
    display_name: str
    session_version: int
    sign_in: SignIn | None = None

    @property
    def is_manager(self) -> bool:
        return self.role == Role.MANAGER


@dataclass(frozen=True, slots=True)
class Choices:
    """What an organisation's managers have chosen for everybody in it."""

    masks_personal_data: bool = False
    answers_freely: bool = False
    allows_reading: bool = False
