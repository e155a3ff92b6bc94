"""From events to numbers; every handler may be called twice with the same event and counts it once."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import get_default_timezone, localdate, now

from accounts.tenancy import tenant_scope
from analytics.models import CountedEvent, DailyUsage
from config.kernel.outbox import OutboxMessage
from conversations.selectors import closed_turn
from conversations.types import ClosedTurn, MessageStatus, Rating

REMEMBERED_DAYS = 30
_COLUMN_OF_STATUS = {
    MessageStatus.COMPLETE: "answered",
    MessageStatus.STOPPED: "answered",
    MessageStatus.REFUSED: "refused",
    MessageStatus.FAILED: "failed",
    MessageStatus.INTERRUPTED: "failed",
}
_COLUMN_OF_RATING = {Rating.UP: "helpful", Rating.DOWN: "not_helpful"}


def count_turn(message: OutboxMessage) -> None:
    """Add a closed turn to its day; another answer to the same question counts as another question."""
    turn = _turn_of(message)
    if turn is None:
        return
    usage = turn.answer.usage
    changes = {
        "questions": 1,
        _COLUMN_OF_STATUS[turn.answer.status]: 1,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }
    _count(message, _day_of(turn), changes)


def count_rating(message: OutboxMessage) -> None:
    """Add a verdict to the day of its answer, in place of the one it replaces."""
    turn = _turn_of(message)
    if turn is None:
        return
    changes: dict[str, int] = {}
    for field, by in (("rating", 1), ("previous", -1)):
        if message.payload[field]:
            changes[_COLUMN_OF_RATING[Rating(str(message.payload[field]))]] = by
    _count(message, _day_of(turn), changes)


def _turn_of(message: OutboxMessage) -> ClosedTurn | None:
    answer_id = UUID(str(message.payload["answer_id"]))
    return closed_turn(organization_id=message.organization_id, answer_id=answer_id)


def _day_of(turn: ClosedTurn) -> date:
    return localdate(turn.answer.created_at, get_default_timezone())


def _count(message: OutboxMessage, day: date, changes: Mapping[str, int]) -> None:
    """Add the changes to the day, unless the event was counted before."""
    with tenant_scope(message.organization_id), transaction.atomic():
        if not CountedEvent.objects.get_or_create(id=message.id, defaults=_own(message))[1]:
            return
        usage, is_new = DailyUsage.objects.get_or_create(day=day, defaults=_own(message))
        if is_new:
            _forget_old_events()
        DailyUsage.objects.filter(pk=usage.pk).update(
            **{column: F(column) + by for column, by in changes.items()}
        )


def _own(message: OutboxMessage) -> dict[str, UUID]:
    return {"organization_id": message.organization_id}


def _forget_old_events() -> None:
    """Drop what can no longer be delivered again, once a day for each organisation."""
    CountedEvent.objects.filter(created_at__lt=now() - timedelta(days=REMEMBERED_DAYS)).delete()
