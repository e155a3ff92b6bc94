"""The dashboard's tiles and plots, as the page draws them: names, colours by role, and numbers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from analytics.dashboard import Bar, Dashboard, Numbers, UsedDocument

RANKED = 10
TOPICS = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the period; `before` is that of the period before, empty where there is none to compare."""

    label: str
    value: str
    before: str


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a plot; `tone` is the role that the style sheet gives a colour to."""

    label: str
    tone: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot and, row by row, the same as a table: bars over time, or a ranking with a bar for each thing.

    Nothing may be shown of the labels in `hidden`.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    shape: Literal["time", "ranking"] = "time"
    hidden: frozenset[str] = frozenset()

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads from the page."""
        return {
            "shape": self.shape,
            "labels": list(self.labels),
            "series": [
                {"label": each.label, "tone": each.tone, "values": list(each.values)} for each in self.series
            ],
        }

    @property
    def all_rows(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Every label with its numbers; a hidden one has none."""
        for at, label in enumerate(self.labels):
            yield label, () if label in self.hidden else tuple(each.values[at] for each in self.series)

    @property
    def rows(self) -> list[tuple[str, tuple[int, ...]]]:
        """The table's rows; bars without anything are left out, hidden ones are not."""
        return [(label, counts) for label, counts in self.all_rows if any(counts) or not counts]

    @property
    def has_numbers(self) -> bool:
        return any(any(each.values) for each in self.series)


def tiles_of(board: Dashboard) -> list[Tile]:
    """Return the sums of the period, each with what it was in the period before."""
    people = Tile(
        _("active people"),
        _count(board.people),
        _count(board.people_before) if board.before.questions else "",
    )
    return [
        _tile(_("questions"), board, lambda numbers: _count(numbers.questions)),
        people,
        _tile(_("answered from the documents"), board, lambda numbers: _share(numbers.answered_share)),
        _tile(_("without a clear answer"), board, lambda numbers: _share(numbers.refused_share)),
        _tile(_("first words within three seconds"), board, lambda numbers: _share(numbers.prompt_share)),
        _tile(_("answers of high confidence"), board, lambda numbers: _share(numbers.confident_share)),
        _tile(_("rated as helpful"), board, lambda numbers: _share(numbers.helpful_share)),
        _tile(_("tokens"), board, lambda numbers: _count(numbers.tokens)),
    ]


def charts_of(board: Dashboard) -> list[Chart]:
    """Return the plots of the period."""
    return [
        _of_columns(
            board, "questions", _("Questions"), ("answered", "good"), ("refused", "doubt"), ("failed", "bad")
        ),
        _people(board),
        _topics(board),
        ranking_of(board.used[:RANKED]),
        _of_columns(
            board,
            "confidence",
            _("Confidence of the answers"),
            *(("confidence_high", "good"), ("confidence_medium", "doubt"), ("confidence_low", "bad")),
        ),
        _of_columns(
            board,
            "waiting",
            _("Until the first words"),
            *(("first_within_1s", "good"), ("first_within_3s", "calm")),
            *(("first_within_10s", "doubt"), ("first_later", "bad")),
        ),
        _of_columns(board, "verdicts", _("Verdicts"), ("helpful", "good"), ("not_helpful", "bad")),
        _of_columns(
            board, "tokens", _("Cost in tokens"), ("prompt_tokens", "calm"), ("completion_tokens", "good")
        ),
    ]


def ranking_of(used: Sequence[UsedDocument]) -> Chart:
    """Return the documents with how many answers cite them."""
    answers = Series(_("answers"), "good", tuple(each.answers for each in used))
    titles = tuple(each.document.title for each in used)
    return Chart("documents", _("Documents that answers cite"), titles, (answers,), "ranking")


def label_of(bar: Bar) -> str:
    """Return the day, or the days, of a bar as a plot names them."""
    first = date_format(bar.first, "j.n")
    return first if bar.first == bar.last else f"{first}–{date_format(bar.last, 'j.n')}"


def _over_time(board: Dashboard, name: str, title: str, series: Sequence[Series]) -> Chart:
    hidden = frozenset(label_of(bar) for bar in board.bars if bar.is_hidden)
    return Chart(name, title, tuple(map(label_of, board.bars)), tuple(series), hidden=hidden)


def _of_columns(board: Dashboard, name: str, title: str, *columns: tuple[str, str]) -> Chart:
    series = [
        Series(_LABELS[column](), tone, tuple(getattr(bar.numbers, column) for bar in board.bars))
        for column, tone in columns
    ]
    return _over_time(board, name, title, series)


def _people(board: Dashboard) -> Chart:
    people = Series(_("active people"), "calm", tuple(bar.people for bar in board.bars))
    return _over_time(board, "people", _("Active people"), [people])


def _topics(board: Dashboard) -> Chart:
    """Return the topics that most answers were about, the others as one."""
    names = list(board.topics)[:TOPICS]
    series = [
        Series(name, f"topic-{number}", tuple((bar.topics or {}).get(name, 0) for bar in board.bars))
        for number, name in enumerate(names, start=1)
    ]
    if len(board.topics) > TOPICS:
        others = (
            sum(count for name, count in (bar.topics or {}).items() if name not in names)
            for bar in board.bars
        )
        series.append(Series(_("other topics"), "line", tuple(others)))
    return _over_time(board, "topics", _("Topics"), series)


_LABELS: dict[str, Callable[[], str]] = {
    "answered": lambda: _("answered"),
    "refused": lambda: _("without a clear answer"),
    "failed": lambda: _("failed"),
    "confidence_high": lambda: _("high"),
    "confidence_medium": lambda: _("medium"),
    "confidence_low": lambda: _("low"),
    "first_within_1s": lambda: _("up to 1 second"),
    "first_within_3s": lambda: _("1 to 3 seconds"),
    "first_within_10s": lambda: _("3 to 10 seconds"),
    "first_later": lambda: _("more than 10 seconds"),
    "helpful": lambda: _("helpful"),
    "not_helpful": lambda: _("not helpful"),
    "prompt_tokens": lambda: _("tokens read"),
    "completion_tokens": lambda: _("tokens written"),
}


def _tile(label: str, board: Dashboard, show: Callable[[Numbers], str]) -> Tile:
    return Tile(label, show(board.total), show(board.before) if board.before.questions else "")


def _count(number: int) -> str:
    return number_format(number, force_grouping=True)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{round(share * 100)}%"
