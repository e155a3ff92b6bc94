"""From events to numbers; every handler may be called twice with the same event and counts it once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import get_default_timezone, localdate, now

from accounts.tenancy import tenant_scope
from analytics.models import (
    NO_DEPARTMENT,
    ActivePerson,
    CountedEvent,
    Counts,
    DailySubject,
    DailyUsage,
    DepartmentUsage,
)
from analytics.periods import LONGEST_DAYS, week_of
from config.kernel.outbox import OutboxMessage
from conversations.counted import CountedAnswer, counted_answer
from conversations.types import MessageStatus, Rating
from retrieval.selectors import categories

REMEMBERED_DAYS = 30
# A year can be looked at, beside the one before it.
PEOPLE_REMEMBERED_DAYS = 2 * LONGEST_DAYS
_COLUMN_OF_STATUS = {
    MessageStatus.COMPLETE: "answered",
    MessageStatus.STOPPED: "answered",
    MessageStatus.REFUSED: "refused",
    MessageStatus.FAILED: "failed",
    MessageStatus.INTERRUPTED: "failed",
}
_COLUMN_OF_RATING = {Rating.UP: "helpful", Rating.DOWN: "not_helpful"}
_COLUMN_OF_LEVEL = {
    "high": "confidence_high",
    "medium": "confidence_medium",
    "low": "confidence_low",
}
_COLUMN_OF_WAIT = {1000: "first_within_1s", 3000: "first_within_3s", 10_000: "first_within_10s"}


@dataclass(frozen=True, slots=True)
class _Place:
    """The day, week and department that an answer counts for."""

    day: date
    department_id: UUID

    @property
    def week(self) -> date:
        return week_of(self.day)


def count_turn(message: OutboxMessage) -> None:
    """Add a closed turn to its day; another answer to the same question counts as another question."""
    _count(message, _changes_of_turn, with_subjects=True)


def count_rating(message: OutboxMessage) -> None:
    """Add a verdict to the day of its answer, in place of the one it replaces."""

    def changes(_answer: CountedAnswer) -> dict[str, int]:
        return {
            _COLUMN_OF_RATING[Rating(str(message.payload[field]))]: by
            for field, by in (("rating", 1), ("previous", -1))
            if message.payload[field]
        }

    _count(message, changes, with_subjects=False)


def _changes_of_turn(answer: CountedAnswer) -> dict[str, int]:
    changes = {
        "questions": 1,
        _COLUMN_OF_STATUS[answer.status]: 1,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
    }
    if changes.get("answered") and answer.confidence_level in _COLUMN_OF_LEVEL:
        changes[_COLUMN_OF_LEVEL[answer.confidence_level]] = 1
    if (waited := answer.first_text_ms) is not None:
        within = (column for most, column in _COLUMN_OF_WAIT.items() if waited <= most)
        changes[next(within, "first_later")] = 1
    return changes


def _count(
    message: OutboxMessage, changes_of: Callable[[CountedAnswer], Mapping[str, int]], *, with_subjects: bool
) -> None:
    """Add what an event changes, unless its answer is gone or the event was counted before."""
    own = {"organization_id": message.organization_id}
    answer_id = UUID(str(message.payload["answer_id"]))
    answer = counted_answer(organization_id=message.organization_id, answer_id=answer_id)
    if answer is None:
        return
    with tenant_scope(message.organization_id), transaction.atomic():
        if not CountedEvent.objects.get_or_create(id=message.id, defaults=own)[1]:
            return
        place, changes = _place_of(answer), changes_of(answer)
        days = DailyUsage.objects.filter(day=place.day)
        if _add(days, DailyUsage(day=place.day, **own), changes):
            _forget_old_events()
        if place.department_id != NO_DEPARTMENT:
            _add_to_department(place, changes)
        if with_subjects and answer.documents:
            _add_subjects(place, answer)


def _add(rows: QuerySet[Counts], new: Counts, changes: Mapping[str, int]) -> bool:
    """Add the changes to the only one of the rows, which begins as `new`; return whether it was new."""
    added = {column: F(column) + by for column, by in changes.items()}
    if rows.update(**added):
        return False
    type(new).objects.bulk_create([new], ignore_conflicts=True)  # two may begin a day at once
    rows.update(**added)
    return True


def _place_of(answer: CountedAnswer) -> _Place:
    """Return where the answer counts: all of a person's day in one department, whatever moves since."""
    day = localdate(answer.created_at, get_default_timezone())
    department = answer.department_id or NO_DEPARTMENT
    seen, _is_new = ActivePerson.objects.get_or_create(
        person_id=answer.user_id, day=day, defaults={"week": week_of(day), "department_id": department}
    )
    return _Place(day, seen.department_id)


def _add_to_department(place: _Place, changes: Mapping[str, int]) -> None:
    its = {"department_id": place.department_id, "day": place.day}
    _add(DepartmentUsage.objects.filter(**its), DepartmentUsage(**its, week=place.week), changes)


def _add_subjects(place: _Place, answer: CountedAnswer) -> None:
    """Count the answer for each document that it cites, and once for each of their topics."""
    found = categories(answer.documents)
    subjects = [(DailySubject.Kind.DOCUMENT, str(document_id)) for document_id in sorted(found)]
    subjects += [(DailySubject.Kind.TOPIC, topic) for topic in sorted({*found.values()} - {""})]
    if not subjects:
        return
    its = {"day": place.day, "department_id": place.department_id}
    rows = DailySubject.objects.filter(_any_of(subjects), **its)
    there = {*rows.values_list("kind", "key")}
    new = [each for each in subjects if each not in there]
    DailySubject.objects.bulk_create(
        [DailySubject(**its, week=place.week, kind=kind, key=key) for kind, key in new], ignore_conflicts=True
    )
    rows.update(answers=F("answers") + 1)


def _any_of(subjects: Sequence[tuple[str, str]]) -> Q:
    wanted = Q()
    for kind, key in subjects:
        wanted |= Q(kind=kind, key=key)
    return wanted


def _forget_old_events() -> None:
    """Drop what can no longer be delivered again, or looked at, once a day for each organisation."""
    moment = now()
    CountedEvent.objects.filter(created_at__lt=moment - timedelta(days=REMEMBERED_DAYS)).delete()
    ActivePerson.objects.filter(day__lt=localdate(moment) - timedelta(days=PEOPLE_REMEMBERED_DAYS)).delete()
