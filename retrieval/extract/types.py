"""What a reader of files returns, and how it tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int], object]
"""Told after each page: pages done, pages in all."""


def unwatched(_done: int, _total: int) -> None:
    """The progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text, as Markdown where the file has structure, and what the file says of itself.

    `pages` are the offsets at which its pages begin, none for a file without pages. `concern` is the code of
    what a person should look at before the text is searched, empty when nothing is doubtful.
    """

    text: str
    title: str = ""
    category: str = ""
    mime: str = "text/plain"
    pages: tuple[int, ...] = ()
    concern: str = ""


def paged(texts: list[str]) -> tuple[str, tuple[int, ...]]:
    """Return the pages as one text, and where each begins."""
    parts: list[str] = []
    starts: list[int] = []
    position = 0
    for text in texts:
        if parts:
            parts.append("\n\n")
            position += 2
        starts.append(position)
        parts.append(text)
        position += len(text)
    return "".join(parts), tuple(starts)
