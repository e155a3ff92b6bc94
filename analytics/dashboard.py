"""What a manager sees of a period at a glance: its days or weeks, their sums, and the period before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Counts, DailySubject
from analytics.periods import Period, week_of
from analytics.selectors import Readings, is_hidden, readings_of
from analytics.topics.selectors import names_of_topics
from retrieval.access import reader_of
from retrieval.selectors import documents
from retrieval.types import DocumentRef


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was counted; sums where several days stand together."""

    questions: int = 0
    answered: int = 0
    refused: int = 0
    failed: int = 0
    confidence_high: int = 0
    confidence_medium: int = 0
    confidence_low: int = 0
    first_within_1s: int = 0
    first_within_3s: int = 0
    first_within_10s: int = 0
    first_later: int = 0
    helpful: int = 0
    not_helpful: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def answered_share(self) -> float | None:
        """The share of the questions that were answered, 0 to 1; None without a question."""
        return _share(self.answered, self.questions)

    @property
    def refused_share(self) -> float | None:
        """The share of the questions that the documents had no clear answer to."""
        return _share(self.refused, self.questions)

    @property
    def helpful_share(self) -> float | None:
        """The share of the verdicts that were good ones, 0 to 1; None without a verdict."""
        return _share(self.helpful, self.helpful + self.not_helpful)

    @property
    def confident_share(self) -> float | None:
        """The share of the answers from documents whose confidence was high."""
        rated = self.confidence_high + self.confidence_medium + self.confidence_low
        return _share(self.confidence_high, rated)

    @property
    def prompt_share(self) -> float | None:
        """The share of the answers whose first words were there within three seconds."""
        soon = self.first_within_1s + self.first_within_3s
        return _share(soon, soon + self.first_within_10s + self.first_later)

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, or the week that begins on it (cut at the ends of the period); `topics` are questions by topic.

    One that `is_hidden` has no numbers: too few people stand behind them.
    """

    first: date
    last: date
    numbers: Numbers
    people: int = 0
    topics: Mapping[str, int] | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class UsedDocument:
    """A document with the number of complete answers that cite it."""

    document: DocumentRef
    answers: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A period in bars without gaps, oldest first; of one department in whole weeks.

    `topics` and `used` are whole, most first; `unused` are the indexed documents that nobody was answered
    from.
    """

    since: date
    until: date
    bars: tuple[Bar, ...]
    total: Numbers
    before: Numbers
    people: int
    people_before: int
    topics: Mapping[str, int]
    used: tuple[UsedDocument, ...]
    unused: tuple[DocumentRef, ...]
    is_weekly: bool
    department_id: UUID | None = None

    @property
    def hidden(self) -> int:
        """How many of the weeks may not be shown."""
        return sum(bar.is_hidden for bar in self.bars)


def dashboard(*, actor: Actor, since: date, until: date, department_id: UUID | None = None) -> Dashboard:
    """Return the period from `since` to `until`, both included, beside the equally long one before it: of the
    organisation, or of one of its departments by the whole weeks that the period touches.

    Raises PermissionDeniedError for anybody but a manager.
    """
    found = readings_of(actor=actor, period=Period(since, until), department_id=department_id)
    earlier = readings_of(actor=actor, period=found.period.before, department_id=department_id)
    names = {str(key): name for key, name in names_of_topics(organization_id=actor.organization_id).items()}
    used, unused = _documents(actor, found.subjects(DailySubject.Kind.DOCUMENT))
    return Dashboard(
        since=found.period.since,
        until=found.period.until,
        bars=tuple(_bars(found, names)),
        total=_sum(found.usage),
        before=_sum(earlier.usage),
        people=found.people,
        people_before=earlier.people,
        topics=_named(found.subjects(DailySubject.Kind.TOPIC), names),
        used=used,
        unused=unused,
        is_weekly=_is_weekly(found),
        department_id=department_id,
    )


def _is_weekly(found: Readings) -> bool:
    return found.period.is_weekly or found.department_id is not None


def _bars(found: Readings, names: Mapping[str, str]) -> Iterable[Bar]:
    is_weekly = _is_weekly(found)
    unit = "week" if is_weekly else "day"
    people, topics = found.people_by(unit), found.subjects_by(unit, DailySubject.Kind.TOPIC)
    counted: dict[date, list[Counts]] = {}
    for row in found.usage:
        counted.setdefault(week_of(row.day) if is_weekly else row.day, []).append(row)
    for span in found.period.weeks() if is_weekly else found.period.days():
        moment = week_of(span.since) if is_weekly else span.since
        yield Bar(
            first=span.since,
            last=span.until,
            numbers=_sum(counted.get(moment, ())),
            people=people.get(moment, 0),
            topics=_named(topics.get(moment, {}), names),
            is_hidden=is_hidden(found, span),
        )


def _named(answers: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    """Return the topics by the names that they have now; alike names are one topic."""
    found: Counter[str] = Counter()
    for key, count in answers.items():
        if key in names:
            found[names[key]] += count
    return dict(found)


def _documents(
    actor: Actor, answers: Mapping[str, int]
) -> tuple[tuple[UsedDocument, ...], tuple[DocumentRef, ...]]:
    """Return the documents that are there now: those that were cited, most first, and the others by title."""
    with tenant_scope(actor.organization_id):
        rows = documents(reader_of(actor)).values_list("id", "title", "category", "indexed_version")
        there = {
            str(row[0]): (DocumentRef(*row[:3]), row[3] is not None) for row in rows.order_by("title", "id")
        }
    used = tuple(UsedDocument(there[key][0], count) for key, count in answers.items() if key in there)
    unused = tuple(ref for key, (ref, is_indexed) in there.items() if is_indexed and key not in answers)
    return used, unused


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _sum(rows: Sequence[Counts]) -> Numbers:
    return Numbers(**{field.name: sum(getattr(row, field.name) for row in rows) for field in fields(Numbers)})
