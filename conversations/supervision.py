"""Reading somebody else's conversation: off unless the organisation allows it, never without a written
reason, told to the person whose it is, and kept in the audit trail.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import get_member
from accounts.selectors import choices_of
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel import outbox
from config.kernel.errors import InvalidInputError, NotFoundError, PermissionDeniedError
from config.kernel.text import clean_text
from conversations.models import READING_REASON_LENGTH, Conversation, Reading
from conversations.types import MessageRole, ShareRef

SHORTEST_REASON = 10
GOOD_FOR = timedelta(minutes=30)
CONVERSATION_READ = "conversation.read"
_SHOWN = 200


class ReadingNotAllowedError(PermissionDeniedError):
    code = "reading_not_allowed"
    message = _("In this organization nobody reads the conversations of others.")


class ReasonTooShortError(InvalidInputError):
    code = "reason_too_short"
    message = _("A reason of at least ten characters is needed. The person will see it.")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a manager sees of a conversation before giving a reason: when, and how much. No words of it."""

    id: UUID
    begun_at: datetime
    last_at: datetime
    questions: int


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """What a person is told of a reading; `title` is empty once the conversation is gone."""

    conversation_id: UUID
    title: str
    reader: str
    reason: str
    at: datetime


def may_read(actor: Actor) -> bool:
    """Tell whether the actor's role and organisation let the actor ask to read at all."""
    return actor.is_manager and choices_of(organization_id=actor.organization_id).allows_reading


def outlines_of(*, actor: Actor, person_id: UUID) -> list[Outline]:
    """Return the latest conversations of somebody else in the organisation.

    Raises ReadingNotAllowedError, and NotFoundError for nobody of the organisation, and for oneself.
    """
    _require(actor)
    if person_id == actor.user_id:
        raise NotFoundError
    get_member(member_id=person_id, actor=actor)
    questions = Count("messages", filter=Q(messages__role=MessageRole.USER))
    with tenant_scope(actor.organization_id):
        rows = Conversation.objects.filter(owner_id=person_id, deleted_at=None).order_by("-updated_at")
        counted = rows.annotate(questions=questions).filter(questions__gt=0)[:_SHOWN]
        return [Outline(row.pk, row.created_at, row.updated_at, row.questions) for row in counted]


def begin_reading(*, actor: Actor, person_id: UUID, conversation_id: UUID, reason: str) -> UUID:
    """Write down that the actor reads the conversation from now on, and why; return what opens it.

    Raises ReadingNotAllowedError, NotFoundError, ReasonTooShortError and the errors of `clean_text`.
    """
    _require(actor)
    words = clean_text(reason, max_length=READING_REASON_LENGTH, field="reason")
    if len(words) < SHORTEST_REASON:
        raise ReasonTooShortError(details={"field": "reason"})
    with tenant_scope(actor.organization_id), transaction.atomic():
        theirs = Conversation.objects.filter(owner_id=person_id, deleted_at=None).exclude(
            owner_id=actor.user_id
        )
        conversation: Conversation | None = theirs.filter(pk=conversation_id).first()
        if conversation is None:
            raise NotFoundError
        reading: Reading = Reading.objects.create(
            owner_id=conversation.owner_id,
            reader_id=actor.user_id,
            reader_name=actor.display_name or actor.username,
            conversation_id=conversation.pk,
            reason=words,
        )
        audit.record(CONVERSATION_READ, actor_id=actor.user_id, target=conversation.pk, note=words)
        payload = {"reading_id": str(reading.pk), "user_id": str(conversation.owner_id)}
        outbox.emit(CONVERSATION_READ, organization_id=actor.organization_id, payload={**payload})
    return reading.pk


def open_reading(*, actor: Actor, reading_id: UUID) -> ShareRef:
    """Return what the actor said to be reading, as it was then.

    Raises ReadingNotAllowedError; NotFoundError for somebody else's reading, for one of long ago, which needs
    a reason anew, and where the conversation is gone.
    """
    _require(actor)
    with tenant_scope(actor.organization_id):
        recent = Reading.objects.filter(reader_id=actor.user_id, at__gt=now() - GOOD_FOR)
        reading: Reading | None = recent.filter(pk=reading_id).first()
        rows = Conversation.objects.select_related("owner").filter(deleted_at=None)
        conversation: Conversation | None = (
            rows.filter(pk=reading.conversation_id).first() if reading else None
        )
        if reading is None or conversation is None:
            raise NotFoundError
        return ShareRef(
            id=reading.pk,
            conversation_id=conversation.pk,
            title=conversation.title,
            owner_id=conversation.owner_id,
            owner_name=conversation.owner.get_full_name(),
            until=reading.at,
        )


def readings_of(*, actor: Actor, conversation_id: UUID | None = None) -> list[ReadingLine]:
    """Return who read the actor's conversations, or one of them, the latest first."""
    with tenant_scope(actor.organization_id):
        rows = Reading.objects.filter(owner_id=actor.user_id).order_by("-at")
        if conversation_id is not None:
            rows = rows.filter(conversation_id=conversation_id)
        found = list(rows[:_SHOWN])
        own = Conversation.objects.filter(owner_id=actor.user_id, deleted_at=None)
        ids = {row.conversation_id for row in found}
        titles: dict[UUID, str] = dict(own.filter(pk__in=ids).values_list("pk", "title"))
        return [
            ReadingLine(
                row.conversation_id, titles.get(row.conversation_id, ""), row.reader_name, row.reason, row.at
            )
            for row in found
        ]


def _require(actor: Actor) -> None:
    if not may_read(actor):
        raise ReadingNotAllowedError
