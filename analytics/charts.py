"""The dashboard's tiles and plots, as the page draws them: names, colours by role, and numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from analytics.dashboard import Bar, Dashboard, Numbers


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
    """A plot and, row by row, the same as a table."""

    name: str
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads from the page."""
        return {
            "labels": list(self.labels),
            "series": [
                {"label": each.label, "tone": each.tone, "values": list(each.values)} for each in self.series
            ],
        }

    @property
    def rows(self) -> list[tuple[str, tuple[int, ...]]]:
        """The table's rows; bars without anything are left out."""
        rows = [
            (label, tuple(each.values[at] for each in self.series)) for at, label in enumerate(self.labels)
        ]
        return [row for row in rows if any(row[1])]


def tiles_of(board: Dashboard) -> list[Tile]:
    """Return the sums of the period, each with what it was in the period before."""
    return [
        _tile(_("questions"), board, lambda numbers: _count(numbers.questions)),
        _tile(_("answered from the documents"), board, lambda numbers: _share(numbers.answered_share)),
        _tile(_("rated as helpful"), board, lambda numbers: _share(numbers.helpful_share)),
        _tile(_("tokens"), board, lambda numbers: _count(numbers.tokens)),
    ]


def charts_of(board: Dashboard) -> list[Chart]:
    """Return the plots of the period."""
    return [
        _chart(
            board, "questions", _("Questions"), ("answered", "good"), ("refused", "doubt"), ("failed", "bad")
        ),
        _chart(board, "verdicts", _("Verdicts"), ("helpful", "good"), ("not_helpful", "bad")),
        _chart(board, "tokens", _("Tokens"), ("prompt_tokens", "calm"), ("completion_tokens", "good")),
    ]


def _chart(board: Dashboard, name: str, title: str, *columns: tuple[str, str]) -> Chart:
    series = [
        Series(_LABELS[column](), tone, tuple(getattr(bar.numbers, column) for bar in board.bars))
        for column, tone in columns
    ]
    return Chart(name, title, tuple(map(_label, board.bars)), tuple(series))


_LABELS: dict[str, Callable[[], str]] = {
    "answered": lambda: _("answered"),
    "refused": lambda: _("without a clear answer"),
    "failed": lambda: _("failed"),
    "helpful": lambda: _("helpful"),
    "not_helpful": lambda: _("not helpful"),
    "prompt_tokens": lambda: _("tokens read"),
    "completion_tokens": lambda: _("tokens written"),
}


def _label(bar: Bar) -> str:
    first = date_format(bar.first, "j.n")
    return first if bar.first == bar.last else f"{first}–{date_format(bar.last, 'j.n')}"


def _tile(label: str, board: Dashboard, show: Callable[[Numbers], str]) -> Tile:
    return Tile(label, show(board.total), show(board.before) if board.before.questions else "")


def _count(number: int) -> str:
    return number_format(number, force_grouping=True)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{round(share * 100)}%"
