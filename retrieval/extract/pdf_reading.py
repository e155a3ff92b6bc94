"""Which way the lines of a PDF's pages are to be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.extract.pdf_glyphs import Sheet
from retrieval.extract.visual_order import Votes, bracket_errors, is_hebrew, read_display, votes_of


@dataclass(frozen=True, slots=True)
class Reading:
    """How the lines of a page are to be read."""

    hebrew: bool
    mirrored: bool = False  # the page itself shows its Hebrew backwards
    mirrors: bool = True  # brackets are kept as they look

    def read(self, text: str) -> str:
        if self.mirrored:
            return text
        found = read_display(text, page_is_hebrew=self.hebrew, mirrors=self.mirrors)
        # A page may hold a line or two of another making.
        said = votes_of(found)
        return text if said.backwards > 1 and said.forwards == 0 else found


def readings_of(sheets: Sequence[Sheet]) -> list[Reading]:
    """Decide for each page; where it says too little, the whole document does."""
    pages = [[segment.text for line in sheet.lines for segment in line.segments] for sheet in sheets]
    texts = ["\n".join(page) for page in pages]
    document = is_hebrew("\n".join(texts))
    votes = [_votes(page) for page in pages]
    total = Votes(sum(each.forwards for each in votes), sum(each.backwards for each in votes))
    mirrors = _mirrors([line for page in pages for line in page], hebrew=document)
    return [
        Reading(
            hebrew=is_hebrew(text) if len(text.split()) > 20 else document,
            mirrored=(said if said.forwards + said.backwards >= 5 else total).is_backwards,
            mirrors=mirrors,
        )
        for text, said in zip(texts, votes, strict=True)
    ]


def _votes(lines: Sequence[str]) -> Votes:
    return votes_of("\n".join(read_display(line, page_is_hebrew=True) for line in lines))


def _mirrors(lines: Sequence[str], *, hebrew: bool) -> bool:
    """Tell whether brackets close what they open when they are taken as they look."""
    bracketed = [line for line in lines if re.search(r"[()\[\]{}]", line)]
    errors = {
        mirrors: sum(
            bracket_errors(read_display(line, page_is_hebrew=hebrew, mirrors=mirrors)) for line in bracketed
        )
        for mirrors in (True, False)
    }
    return errors[True] <= errors[False]
