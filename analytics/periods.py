"""Days and weeks that numbers are shown by. A week begins on Sunday, as it does where the product is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DEFAULT_DAYS = 30
LONGEST_DAYS = 366
# Beyond so many days a bar is a week: more bars are thinner than a finger and a pixel.
MOST_DAYS = 92
WEEK = timedelta(7)
DAY = timedelta(1)


def week_of(day: date) -> date:
    """Return the Sunday that the day's week begins on."""
    return day - timedelta(day.isoweekday() % 7)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` to `until`, both included."""

    since: date
    until: date

    @property
    def before(self) -> "Period":
        """The equally long period before it."""
        length = self.until - self.since
        return Period(self.since - length - DAY, self.since - DAY)

    @property
    def in_weeks(self) -> "Period":
        """The whole weeks that the period touches."""
        return Period(week_of(self.since), week_of(self.until) + WEEK - DAY)

    @property
    def is_weekly(self) -> bool:
        """Whether it is drawn by weeks."""
        return (self.until - self.since).days >= MOST_DAYS

    def weeks(self) -> Iterator["Period"]:
        """Yield the weeks of the period, cut at its ends."""
        first = self.since
        while first <= self.until:
            last = min(week_of(first) + WEEK - DAY, self.until)
            yield Period(first, last)
            first = last + DAY

    def days(self) -> Iterator["Period"]:
        """Yield the days of the period."""
        for number in range((self.until - self.since).days + 1):
            day = self.since + timedelta(number)
            yield Period(day, day)
