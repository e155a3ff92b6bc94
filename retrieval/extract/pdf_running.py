"""What stands at the top or foot of most pages: its words are kept once, and page numbers not at all.

A line is content unless the pages say it word by word: numbers that differ make lines different, save for the
page's own number where it is written as one ("עמוד 3 מתוך 10", "- 3 -", or alone at the margin).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from retrieval.extract.pdf_glyphs import Sheet
from retrieval.extract.pdf_lines import Line
from retrieval.extract.visual_order import read_display

_FEWEST_PAGES = 3
_SHARE = 0.6
_PAGE_NUMBER = re.compile(
    r"""
    \b(?:עמוד|עמ['׳]|דף|page)[ ]*:?[ ]*(\d{1,4})(?:[ ]*(?:מתוך|of|/)[ ]*(\d{1,4}))?
    | (?:^|(?<=[|•·]))[^\w\n|•·]*(\d{1,4})(?:[ ]*(?:מתוך|of|/)[ ]*(\d{1,4}))?[^\w\n|•·]*(?=$|[|•·])
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_LIKELY, _FURTHEST = 1000, 20  # above the first, a page's number is within the second of its place
_APART, _WELL_APART = 1.2, 2.0  # times the distance of two lines, below a sentence's end and within one
_LINE_SIZES = 1.75
_OTHER_TYPE = 1.0  # points, between types of two sizes
_COUNT = "\0"  # stands for a page's number
_ENDED = re.compile(r"[.!?:;][\"'”’»)\]]*$")


def without_running_lines(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Leave out page numbers, and what most pages begin or end with on all but the first of them.

    A line that belongs to the paragraph beside it stays on every page.
    """
    if len(sheets) < _FEWEST_PAGES:
        return list(sheets)
    counts: Counter[str] = Counter()
    for number, sheet in enumerate(sheets):
        counts.update({key for line in _ends(sheet) for key in _keys(line, number)})
    least = max(_FEWEST_PAGES, _SHARE * len(sheets))
    running = {key for key, count in counts.items() if count >= least}
    spacing, kept = _spacing(sheets), set[str]()
    return [
        replace(sheet, lines=tuple(_body(sheet.lines, number, running, spacing, kept)))
        for number, sheet in enumerate(sheets)
    ]


def _ends(sheet: Sheet) -> Sequence[Line]:
    return (*sheet.lines[:1], *sheet.lines[-1:])


def _spacing(sheets: Sequence[Sheet]) -> float:
    """Return how far the lines between the margins are apart, most often."""
    inner = [gap for sheet in sheets for gap in _gaps(sheet.lines[1:-1])]
    gaps = inner or [gap for sheet in sheets for gap in _gaps(sheet.lines)]
    return median(gaps) if gaps else 0.0


def _gaps(lines: Sequence[Line]) -> Iterator[float]:
    return (above.base - line.base for above, line in pairwise(lines))


def _body(
    lines: Sequence[Line], number: int, running: set[str], spacing: float, kept: set[str]
) -> Iterator[Line]:
    for place, line in enumerate(lines):
        is_end = place in {0, len(lines) - 1}
        said = {key: rest for key, rest in _keys(line, number).items() if is_end and key in running}
        if not said:
            yield line
            continue
        counted = {key: rest for key, rest in said.items() if _COUNT in key}
        words = min((counted or said).values(), key=lambda rest: (len(rest), rest)).strip()
        stays = re.search(r"\w", words) is not None
        if stays and (words not in kept or not _stands_apart(lines, place, spacing)):
            kept.add(words)
            yield _unnumbered(line, number, counted)


def _keys(line: Line, number: int) -> dict[str, str]:
    """Return what the line says, as it is and with its page number as the distance from the page's place; for
    each, what it says besides the number.
    """
    keys = {text: text for text in _texts(line)}
    for text in _texts(line):
        for found in _PAGE_NUMBER.finditer(text):
            rest = text[: found.start()] + text[found.end() :]
            for group in (1, 2, 3, 4):
                if found[group] and _may_count(int(found[group]), number + 1):
                    start, end = found.span(group)
                    keys[f"{text[:start]}{_COUNT}{int(found[group]) - number}{text[end:]}"] = rest
    return keys


def _texts(line: Line) -> set[str]:
    """Return the line's segments, each on a line: as they look, and as they are read."""
    seen = [segment.text.strip() for segment in line.segments]
    return {"\n".join(seen), "\n".join(read_display(text, page_is_hebrew=True) for text in seen)}


def _may_count(value: int, page: int) -> bool:
    return value < _LIKELY or abs(value - page) <= _FURTHEST


def _unnumbered(line: Line, number: int, counted: Iterable[str]) -> Line:
    """Return the line without the segments that are its page number and nothing else."""
    numbers = {part for key in counted for part in key.split("\n") if _COUNT in part}
    left = tuple(
        segment
        for segment in line.segments
        if not any(
            key in numbers and not re.search(r"\w", rest)
            for key, rest in _keys(Line((segment,)), number).items()
        )
    )
    return Line(left or line.segments)


def _stands_apart(lines: Sequence[Line], place: int, spacing: float) -> bool:
    """Tell whether another type or more than a line's distance parts the line from its neighbour; below a
    sentence that has not ended, a good deal more.
    """
    if len(lines) == 1:
        return True
    above, below = (lines[0], lines[1]) if place == 0 else (lines[-2], lines[-1])
    if abs(above.type_size - below.type_size) >= _OTHER_TYPE:
        return True
    is_open = place > 0 and not any(_ENDED.search(text) for text in _texts(above))
    least = max(spacing, above.size, below.size) * (_WELL_APART if is_open else _APART)
    return above.base - below.base > max(least, _LINE_SIZES * min(above.size, below.size))
