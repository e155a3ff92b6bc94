"""A history of shares as an SVG, drawn by the server: time runs from right to left, as the page is read."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 640, 220, 48
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One figure over time; `tone` is the role that the style sheet gives a colour to. None is no value."""

    label: str
    tone: str
    values: tuple[float | None, ...]

    @property
    def dots(self) -> list[tuple[float, float, str]]:
        """Return for each value where it stands, and what it is in percent."""
        return [
            (_across(at, len(self.values)), _down(value), f"{value:.0%}")
            for at, value in enumerate(self.values)
            if value is not None
        ]

    @property
    def points(self) -> str:
        """Return the line through the dots, for `polyline`."""
        return " ".join(f"{x},{y}" for x, y, _said in self.dots)


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines over the same moments, the oldest first."""

    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def grid(self) -> list[tuple[float, str]]:
        """Return where the levels of the grid are, with their names."""
        return [(_down(level), f"{level:.0%}") for level in (0.0, 0.25, 0.5, 0.75, 1.0)]

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Return where the first and the last moment stand."""
        last = len(self.labels) - 1
        return [(_across(at, last + 1), self.labels[at]) for at in dict.fromkeys((0, last)) if last >= 0]


def plot_of(labels: Sequence[str], lines: Sequence[Line]) -> Plot:
    """Return the plot of the latest moments; given are all, the oldest first."""
    latest = [Line(line.label, line.tone, line.values[-_SHOWN:]) for line in lines]
    return Plot(tuple(labels[-_SHOWN:]), tuple(latest))


def _across(at: int, count: int) -> float:
    room = WIDTH - 2 * MARGIN
    return round(WIDTH - MARGIN - (room * at / (count - 1) if count > 1 else room / 2), 1)


def _down(value: float) -> float:
    return round(MARGIN / 2 + (HEIGHT - 1.5 * MARGIN) * (1 - value), 1)
