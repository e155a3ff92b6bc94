"""On which pages of its document the words of a passage stand."""

from bisect import bisect_right
from collections.abc import Sequence

from retrieval.models import Passage
from retrieval.types import PageStart


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


def page_at(pages: Sequence[PageStart], offset: int) -> int | None:
    """Return the page on which the words at an offset in the passage's text stand; None without pages."""
    return next((each.page for each in reversed(pages) if each.start <= offset), None)
