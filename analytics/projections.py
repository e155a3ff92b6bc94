"""From events to numbers; every handler may be called twice with the same event and counts it once.

Several events are counted as one is, in one transaction; the outbox brings them one by one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
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
from conversations.asked import Wording, wordings
from conversations.counted import CountedAnswer, counted_answers
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


ChangesOf = Callable[[OutboxMessage, CountedAnswer], Mapping[str, int]]
_Subject = tuple[str, str]  # its kind and its key


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
    count_turns([message])


def count_rating(message: OutboxMessage) -> None:
    """Add a verdict to the day of its answer, in place of the one it replaces."""
    count_ratings([message])


def count_turns(messages: Sequence[OutboxMessage]) -> None:
    """Add closed turns of one organisation."""
    _count(messages, _changes_of_turn, with_subjects=True)


def count_ratings(messages: Sequence[OutboxMessage]) -> None:
    """Add verdicts within one organisation."""
    _count(messages, _changes_of_rating, with_subjects=False)


def count_topics(*, organization_id: UUID, topics: Mapping[UUID, UUID]) -> None:
    """Add questions, by id, to the days of their topics; call inside of `tenant_scope`, in the transaction
    that gives them their topics.
    """
    asked = wordings(organization_id=organization_id, question_ids=topics)
    days = {_day_of(question) for question in asked.values()}
    # As in _count: whoever counts one of the days waits.
    list(DailyUsage.objects.select_for_update().filter(day__in=days).order_by("day"))
    places = _places_of(asked.values())
    kind = str(DailySubject.Kind.TOPIC)
    _add_subjects(
        Counter(
            (places[_whose(each)], (kind, str(topics[question_id]))) for question_id, each in asked.items()
        )
    )


def _changes_of_turn(_message: OutboxMessage, answer: CountedAnswer) -> dict[str, int]:
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


def _changes_of_rating(message: OutboxMessage, _answer: CountedAnswer) -> dict[str, int]:
    return {
        _COLUMN_OF_RATING[Rating(str(message.payload[field]))]: by
        for field, by in (("rating", 1), ("previous", -1))
        if message.payload[field]
    }


def _count(messages: Sequence[OutboxMessage], changes_of: ChangesOf, *, with_subjects: bool) -> None:
    """Add what events change, unless their answers are gone or they were counted before.

    Of two deliveries at once the second fails to note the event, and is done when it comes again. The rows of
    the organisation's days come first: until the end others of those days wait for them, so that what is
    found below stays as it was found.
    """
    organization_id = messages[0].organization_id
    ids = {message.id: UUID(str(message.payload["answer_id"])) for message in messages}
    answers = counted_answers(organization_id=organization_id, answer_ids={*ids.values()})
    with tenant_scope(organization_id), transaction.atomic():
        before = {*CountedEvent.objects.filter(pk__in=ids).values_list("pk", flat=True)}
        events = {each.id: each for each in messages if each.id not in before and ids[each.id] in answers}
        CountedEvent.objects.bulk_create(CountedEvent(id=each) for each in events)
        counted = [
            (answers[ids[each.id]], Counter(changes_of(each, answers[ids[each.id]])))
            for each in events.values()
        ]
        _add_to_days(counted)
        places = _places_of([answer for answer, _changes in counted])
        _add_to_departments((places[_whose(answer)], changes) for answer, changes in counted)
        if with_subjects:
            _add_documents((places[_whose(answer)], answer) for answer, _changes in counted)


def _add_to_days(counted: Iterable[tuple[CountedAnswer, Counter[str]]]) -> None:
    """Add to the organisation's days, in their order, so that nobody waits crosswise."""
    days: dict[date, Counter[str]] = defaultdict(Counter)
    for answer, changes in counted:
        days[_day_of(answer)].update(changes)
    begun = [_add(DailyUsage.objects.filter(day=day), DailyUsage(day=day), days[day]) for day in sorted(days)]
    if any(begun):
        _forget_old_events()


def _add_to_departments(counted: Iterable[tuple[_Place, Counter[str]]]) -> None:
    added: dict[_Place, Counter[str]] = defaultdict(Counter)
    for place, changes in counted:
        added[place].update(changes)
    for place, changes in added.items():
        if place.department_id != NO_DEPARTMENT:
            its = {"department_id": place.department_id, "day": place.day}
            _add(DepartmentUsage.objects.filter(**its), DepartmentUsage(**its, week=place.week), changes)


def _add(rows: QuerySet[Counts], new: Counts, changes: Mapping[str, int]) -> bool:
    """Add the changes to the only one of the rows, which begins as `new`; return whether it was new."""
    added = {column: F(column) + by for column, by in changes.items()}
    if rows.update(**added):
        return False
    type(new).objects.bulk_create([new], ignore_conflicts=True)  # two may begin a day at once
    rows.update(**added)
    return True


def _day_of(answer: CountedAnswer | Wording) -> date:
    return localdate(answer.created_at, get_default_timezone())


def _whose(answer: CountedAnswer | Wording) -> tuple[UUID, date]:
    return answer.user_id, _day_of(answer)


def _places_of(answers: Collection[CountedAnswer | Wording]) -> dict[tuple[UUID, date], _Place]:
    """Return where answers count: all of a person's day in one department, whatever moves since."""
    people, days = {answer.user_id for answer in answers}, {_day_of(answer) for answer in answers}
    rows = ActivePerson.objects.filter(day__in=days, person_id__in=people)
    known = {
        (person, day): _Place(day, department)
        for person, day, department in rows.values_list("person_id", "day", "department_id")
    }
    new: dict[tuple[UUID, date], _Place] = {}
    for answer in answers:
        if _whose(answer) not in known:
            new.setdefault(_whose(answer), _Place(_day_of(answer), answer.department_id or NO_DEPARTMENT))
    ActivePerson.objects.bulk_create(
        ActivePerson(person_id=person, day=day, week=place.week, department_id=place.department_id)
        for (person, day), place in new.items()
    )
    return known | new


def _add_documents(counted: Iterable[tuple[_Place, CountedAnswer]]) -> None:
    """Count each answer for every document that it cites."""
    cited = [(place, answer.documents) for place, answer in counted if answer.documents]
    found = categories({document_id for _place, documents in cited for document_id in documents})
    _add_subjects(
        Counter((place, each) for place, documents in cited for each in _documents(documents, found))
    )


def _add_subjects(added: Counter[tuple[_Place, _Subject]]) -> None:
    if not added:
        return
    rows = DailySubject.objects.filter(
        day__in={place.day for place, _subject in added},
        department_id__in={place.department_id for place, _subject in added},
        key__in={key for _place, (_kind, key) in added},
    )
    there = {
        (_Place(day, department), (kind, key)): pk
        for pk, day, department, kind, key in rows.values_list("pk", "day", "department_id", "kind", "key")
    }
    again: dict[int, list[UUID]] = defaultdict(list)
    for each in added.keys() & there.keys():
        again[added[each]].append(there[each])
    for answers, keys in again.items():
        DailySubject.objects.filter(pk__in=keys).update(answers=F("answers") + answers)
    DailySubject.objects.bulk_create(
        DailySubject(
            day=place.day, week=place.week, department_id=place.department_id,
            kind=kind, key=key, answers=answers,
        )
        for (place, (kind, key)), answers in added.items()
        if (place, (kind, key)) not in there
    )  # fmt: skip


def _documents(documents: Collection[UUID], found: Mapping[UUID, str | None]) -> set[_Subject]:
    """Return what an answer cites; nothing where that has a private file, which is the asker's affair."""
    known = {each: found[each] for each in documents if each in found}
    if None in known.values():
        return set()
    return {(str(DailySubject.Kind.DOCUMENT), str(each)) for each in known}


def _forget_old_events() -> None:
    """Drop what can no longer be delivered again, or looked at, once a day for each organisation."""
    moment = now()
    CountedEvent.objects.filter(created_at__lt=moment - timedelta(days=REMEMBERED_DAYS)).delete()
    ActivePerson.objects.filter(day__lt=localdate(moment) - timedelta(days=PEOPLE_REMEMBERED_DAYS)).delete()
