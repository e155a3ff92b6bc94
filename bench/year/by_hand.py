"""The numbers of the dashboard by SQL of their own, from messages, citations and verdicts, past all that
counts them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

COLUMNS = (
    *("questions", "answered", "refused", "failed"),
    *("confidence_high", "confidence_medium", "confidence_low"),
    *("first_within_1s", "first_within_3s", "first_within_10s", "first_later"),
    *("helpful", "not_helpful", "prompt_tokens", "completion_tokens"),
)
Day = tuple[int, ...]
_NONE: Day = (0,) * len(COLUMNS)
_DAY = {
    "postgresql": "(m.created_at AT TIME ZONE 'Asia/Jerusalem')::date",
    "sqlite": "django_datetime_cast_date(m.created_at, 'Asia/Jerusalem', 'UTC')",
}
_ANSWERS = """
      FROM conversations_message m
      JOIN accounts_user u ON u.id = m.author_id
"""
_OF = " WHERE m.role = 'assistant' AND m.organization_id = %s"
_COUNTS = f"""
    SELECT {{day}} AS day, u.department_id,
           count(*),
           sum(CASE WHEN m.status IN ('complete', 'stopped') THEN 1 ELSE 0 END),
           sum(CASE WHEN m.status = 'refused' THEN 1 ELSE 0 END),
           sum(CASE WHEN m.status IN ('failed', 'interrupted') THEN 1 ELSE 0 END),
           sum(CASE WHEN m.status IN ('complete', 'stopped') AND m.confidence_level = 'high'
                    THEN 1 ELSE 0 END),
           sum(CASE WHEN m.status IN ('complete', 'stopped') AND m.confidence_level = 'medium'
                    THEN 1 ELSE 0 END),
           sum(CASE WHEN m.status IN ('complete', 'stopped') AND m.confidence_level = 'low'
                    THEN 1 ELSE 0 END),
           sum(CASE WHEN m.first_text_ms <= 1000 THEN 1 ELSE 0 END),
           sum(CASE WHEN m.first_text_ms > 1000 AND m.first_text_ms <= 3000 THEN 1 ELSE 0 END),
           sum(CASE WHEN m.first_text_ms > 3000 AND m.first_text_ms <= 10000 THEN 1 ELSE 0 END),
           sum(CASE WHEN m.first_text_ms > 10000 THEN 1 ELSE 0 END),
           sum(CASE WHEN f.rating = 'up' THEN 1 ELSE 0 END),
           sum(CASE WHEN f.rating = 'down' THEN 1 ELSE 0 END),
           sum(m.prompt_tokens),
           sum(m.completion_tokens)
    {_ANSWERS} LEFT JOIN conversations_feedback f ON f.message_id = m.id {_OF}
     GROUP BY 1, 2
"""
_PEOPLE = f"SELECT DISTINCT {{day}}, u.department_id, m.author_id {_ANSWERS} {_OF}"
_DOCUMENTS = f"""
    SELECT {{day}}, u.department_id, c.document_id, count(DISTINCT m.id)
    {_ANSWERS} JOIN conversations_citation c ON c.message_id = m.id
               JOIN retrieval_document d ON d.id = c.document_id
    {_OF} AND m.status = 'complete'
     GROUP BY 1, 2, 3
"""
_TOPICS = f"""
    SELECT {{day}}, u.department_id, t.label, count(*)
    {_ANSWERS} JOIN analytics_topicquestion q ON q.question_id = m.id
               JOIN analytics_topic t ON t.id = q.topic_id
     WHERE m.organization_id = %s
     GROUP BY 1, 2, 3
"""
T = TypeVar("T")
Rows = dict[date, list[tuple[UUID | None, T]]]


@dataclass(frozen=True, slots=True)
class ByHand:
    """All that there is to count of an organisation: rows that begin with a department, by day."""

    counts: Rows[Day]
    people: Rows[UUID]
    documents: Rows[tuple[str, int]]
    topics: Rows[tuple[str, int]]

    def total(self, first: date, last: date, of: "Part") -> Day:
        """Return the sums of COLUMNS over the days from `first` to `last`."""
        return tuple(map(sum, zip(_NONE, *of.within(self.counts, first, last), strict=True)))

    def active(self, first: date, last: date, of: "Part") -> int:
        """Return how many people asked something."""
        return len({*of.within(self.people, first, last)})

    def subjects(self, kind: str, first: date, last: date, of: "Part") -> dict[str, int]:
        """Return how many answers or questions there are for each key of "documents" or "topics"."""
        found: Counter[str] = Counter()
        for key, answers in of.within(getattr(self, kind), first, last):
            found[key] += answers
        return dict(found)

    def part(self, department: UUID | None) -> "Part":
        """Return a department as far as it may be shown, or everything.

        Written again and differently: of the week's departments, from the smallest on, those are hidden that
        have fewer than three people, and as many more as it takes until three people are hidden, or none.
        """
        people: dict[date, dict[UUID | None, set[UUID]]] = defaultdict(lambda: defaultdict(set))
        for day, rows in self.people.items():
            for its, who in rows:
                people[_sunday(day)][its].add(who)
        hidden = {week for week, sizes in people.items() if department in _hidden(sizes)}
        return Part(department, hidden if department else set())


@dataclass(frozen=True, slots=True)
class Part:
    """One department without its hidden weeks, or the whole organisation."""

    department: UUID | None
    hidden: Collection[date]

    def within(self, rows: Rows[T], first: date, last: date) -> Iterator[T]:
        """Yield what belongs to the part and to the days from `first` to `last`."""
        for number in range((last - first).days + 1):
            day = first + timedelta(number)
            if _sunday(day) not in self.hidden:
                yield from (what for its, what in rows.get(day, ()) if self.department in {None, its})


def _hidden(sizes: dict[UUID | None, set[UUID]]) -> set[UUID | None]:
    in_order = sorted((len(who), str(its), its) for its, who in sizes.items() if its is not None)
    without = len(sizes.get(None, ()))
    for number in range(len(in_order) + 1):
        hidden = without + sum(count for count, _name, _its in in_order[:number])
        too_small = number < len(in_order) and in_order[number][0] < 3
        if not too_small and (hidden == 0 or hidden >= 3):
            return {its for _count, _name, its in in_order[:number]}
    return set(sizes)


def count_by_hand(organization_id: UUID) -> ByHand:
    """Read everything of the organisation."""
    documents = (
        (day, its, (str(_uuid(key)), count)) for day, its, key, count in _rows(_DOCUMENTS, organization_id)
    )
    topics = ((day, its, (label, count)) for day, its, label, count in _rows(_TOPICS, organization_id))
    counts = (
        (day, its, tuple(int(each or 0) for each in row))
        for day, its, *row in _rows(_COUNTS, organization_id)
    )
    people = ((day, its, _uuid(who)) for day, its, who in _rows(_PEOPLE, organization_id))
    return ByHand(_by_day(counts), _by_day(people), _by_day(documents), _by_day(topics))


def _by_day(rows: Iterable[tuple[date, UUID | None, T]]) -> Rows[T]:
    found: Rows[T] = defaultdict(list)
    for day, its, what in rows:
        found[day].append((its, what))
    return dict(found)


def _rows(sql: str, organization_id: UUID) -> Iterator[tuple[Any, ...]]:
    key = str(organization_id) if connection.vendor == "postgresql" else organization_id.hex
    with connection.cursor() as cursor:
        cursor.execute(sql.format(day=_DAY[connection.vendor]), [key])
        rows: Iterable[tuple[Any, ...]] = cursor.fetchall()
    for day, department, *rest in rows:
        yield _date(day), None if department is None else _uuid(department), *rest


@cache
def _sunday(day: date) -> date:
    while day.strftime("%a") != "Sun":
        day -= timedelta(1)
    return day


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _date(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)
