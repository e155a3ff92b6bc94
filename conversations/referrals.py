"""What crosses the boundary of this app about questions that were sent to the managers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReferralState(TextChoices):
    """What became of a question that was sent to the managers."""

    OPEN = "open", _("Waiting for an answer")
    ANSWERED = "answered", _("Answered")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A question with those before it in its branch, oldest first: a follow-up is nothing without them."""

    text: str
    earlier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferredQuestion:
    """A question that somebody sent to the managers, in words that are understood by themselves."""

    id: UUID
    question_id: UUID
    asker_id: UUID
    text: str
    state: ReferralState
    sent_at: datetime
    answered_at: datetime | None
