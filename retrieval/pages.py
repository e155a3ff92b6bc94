"""On which pages of its document the words of a passage stand."""

from bisect import bisect_right
from dataclasses import dataclass

from retrieval.models import Passage


@dataclass(frozen=True, slots=True)
class PageStart:
    """`start` is the offset in a passage's text from which it stands on `page`, counted from 1."""

    page: int
    start: int


def pages_of(passage: Passage) -> tuple[PageStart, ...]:
    """Return the pages that the passage stands on, in order; none for a document without pages."""
    if passage.page is None:
        return ()
    starts: list[int] = passage.document.page_starts
    # A table's header that is repeated before it stands on none of these pages.
    repeated = len(passage.text) - (passage.end - passage.start)
    found = [PageStart(passage.page, 0)]
    if bisect_right(starts, passage.start) == passage.page:  # else a new version is being read
        further = range(passage.page, bisect_right(starts, passage.end - 1))
        found += [PageStart(place + 1, starts[place] - passage.start + repeated) for place in further]
    return tuple(found)
