"""What a manager sees of a period at a glance: its days or weeks, their sums, and the period before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from accounts.types import Actor
from analytics.models import DailyUsage
from analytics.selectors import usage_by_day

# Beyond so many days a bar is a week: more bars are thinner than a finger and a pixel.
MOST_DAYS = 92
WEEK = 7


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was counted; sums where several days stand together."""

    questions: int = 0
    answered: int = 0
    refused: int = 0
    failed: int = 0
    helpful: int = 0
    not_helpful: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def answered_share(self) -> float | None:
        """The share of the questions that were answered, 0 to 1; None without a question."""
        return self.answered / self.questions if self.questions else None

    @property
    def helpful_share(self) -> float | None:
        """The share of the verdicts that were good ones, 0 to 1; None without a verdict."""
        verdicts = self.helpful + self.not_helpful
        return self.helpful / verdicts if verdicts else None

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, or the week that begins on it (cut at the ends of the period)."""

    first: date
    last: date
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A period in bars without gaps, oldest first."""

    since: date
    until: date
    bars: tuple[Bar, ...]
    total: Numbers
    before: Numbers

    @property
    def is_weekly(self) -> bool:
        return (self.until - self.since).days >= MOST_DAYS


def dashboard(*, actor: Actor, since: date, until: date) -> Dashboard:
    """Return the organisation's period from `since` to `until`, both included, beside the equally long one
    before it.

    Raises PermissionDeniedError for anybody but a manager.
    """
    days = {usage.day: _numbers(usage) for usage in usage_by_day(actor=actor, since=since, until=until)}
    length = until - since
    earlier = usage_by_day(actor=actor, since=since - length - timedelta(1), until=since - timedelta(1))
    return Dashboard(
        since=since,
        until=until,
        bars=tuple(_bars(days, _spans(since, until))),
        total=_sum(days.values()),
        before=_sum(map(_numbers, earlier)),
    )


def _spans(since: date, until: date) -> list[tuple[date, date]]:
    """Return the days of the period, or its weeks from Sunday on."""
    if (until - since).days < MOST_DAYS:
        return [(day, day) for day in _days(since, until)]
    firsts = [day for day in _days(since, until) if day == since or day.isoweekday() == WEEK]
    return [
        (first, following - timedelta(1))
        for first, following in zip(firsts, [*firsts[1:], until + timedelta(1)], strict=True)
    ]


def _bars(days: dict[date, Numbers], spans: Sequence[tuple[date, date]]) -> Iterable[Bar]:
    for first, last in spans:
        yield Bar(first, last, _sum(days[day] for day in _days(first, last) if day in days))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def _numbers(usage: DailyUsage) -> Numbers:
    return Numbers(**{field.name: getattr(usage, field.name) for field in fields(Numbers)})


def _sum(several: Iterable[Numbers]) -> Numbers:
    rows = list(several)
    return Numbers(**{field.name: sum(getattr(row, field.name) for row in rows) for field in fields(Numbers)})
