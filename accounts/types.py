"""What the other apps know of a person."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from config.kernel.types import JSONObject


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
    """What a credential came of and ends with: a browser's session, a family of refresh tokens, a key."""

    kind: Literal["session", "tokens", "key"]
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


class Tone(TextChoices):
    """How a language model words its answers."""

    PLAIN = "plain", _("Clear and brief")
    FORMAL = "formal", _("Formal")
    WARM = "warm", _("Warm and simple")
    DETAILED = "detailed", _("In detail, with conditions and exceptions")


@dataclass(frozen=True, slots=True)
class Choices:
    """What an organisation's managers have chosen for everybody in it."""

    masks_personal_data: bool = False
    answers_freely: bool = False
    allows_reading: bool = False
    demands_second_factor: bool = False
    retention_days: int | None = None
    tone: str = Tone.PLAIN


class BudgetScope(TextChoices):
    """Whose use is counted together."""

    ORGANIZATION = "organization", _("The whole organization")
    DEPARTMENT = "department", _("A department")
    PERSON = "person", _("A person")


class BudgetPeriod(TextChoices):
    """Days and months of the product's time zone."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")


class BudgetUnit(TextChoices):
    """What is counted."""

    QUESTIONS = "questions", _("questions")
    TOKENS = "tokens", _("tokens")


@dataclass(frozen=True, slots=True)
class Used:
    """What has been used up; tokens are those that a model read and wrote."""

    questions: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class BudgetState:
    """How far a budget is used at this moment, and when it starts anew."""

    scope: BudgetScope
    period: BudgetPeriod
    unit: BudgetUnit
    limit: int
    used: int
    resets_at: datetime

    @property
    def share(self) -> float:
        """Used of what there is, 1.0 and more when nothing is left."""
        return self.used / self.limit if self.limit else 1.0

    def as_json(self) -> JSONObject:
        return {
            "scope": str(self.scope),
            "period": str(self.period),
            "unit": str(self.unit),
            "limit": self.limit,
            "used": self.used,
            "resets_at": self.resets_at.isoformat(),
        }
