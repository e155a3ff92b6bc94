"""The numbers of the dashboard by SQL of their own, from messages and verdicts, past all that counts them."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import connection

COLUMNS = (
    *("questions", "answered", "refused", "failed", "helpful", "not_helpful"),
    *("prompt_tokens", "completion_tokens"),
)
Day = tuple[int, ...]
_DAY = {
    "postgresql": "(m.created_at AT TIME ZONE 'Asia/Jerusalem')::date",
    "sqlite": "django_datetime_cast_date(m.created_at, 'Asia/Jerusalem', 'UTC')",
}
_SQL = """
    SELECT {day} AS day,
           count(*),
           sum(CASE WHEN m.status IN ('complete', 'stopped') THEN 1 ELSE 0 END),
           sum(CASE WHEN m.status = 'refused' THEN 1 ELSE 0 END),
           sum(CASE WHEN m.status IN ('failed', 'interrupted') THEN 1 ELSE 0 END),
           sum(CASE WHEN f.rating = 'up' THEN 1 ELSE 0 END),
           sum(CASE WHEN f.rating = 'down' THEN 1 ELSE 0 END),
           sum(m.prompt_tokens),
           sum(m.completion_tokens)
      FROM conversations_message m
      LEFT JOIN conversations_feedback f ON f.message_id = m.id
     WHERE m.role = 'assistant' AND m.organization_id = %s
     GROUP BY 1
"""


def days_by_hand(organization_id: UUID) -> dict[date, Day]:
    """Return COLUMNS of every day of the organisation that has an answer."""
    key = str(organization_id) if connection.vendor == "postgresql" else organization_id.hex
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(day=_DAY[connection.vendor]), [key])
        rows = cursor.fetchall()
    return {_date(day): tuple(int(each or 0) for each in counts) for day, *counts in rows}


def between(days: Mapping[date, Day], first: date, last: date) -> Day:
    """Return the sums of the days from `first` to `last`, both included."""
    within = [counts for day, counts in days.items() if first <= day <= last]
    return tuple(map(sum, zip(*within, strict=True))) if within else (0,) * len(COLUMNS)


def _date(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)
