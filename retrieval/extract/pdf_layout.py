"""From lines as they look to text as it is read: columns, tables, headings and paragraphs of one document."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.extract.pdf_glyphs import Line, Segment, Sheet
from retrieval.extract.tables import as_rows
from retrieval.extract.visual_order import Votes, bracket_errors, is_hebrew, read_display, votes_of

_HEADING_SIZE = 1.12
_HEADING_WORDS = 20
_COLUMN_WORDS = 3.5
_COLUMN_LINES = 3
_FULL_LINE = 0.12  # of the width, that a line may lack and still be one that goes on below
_DEEPEST_CUT = 5
_ITEM = re.compile(r"\s*(?:[-*•▪●–◦]|\d{1,3}[.)]|[א-ת]['.)])\s+\S")
_BULLET = re.compile(r"^\s*[•▪●◦\uf0b7]\s*")
_BROKEN_WORD = re.compile("\\w[-\u05be\u2010-\u2015@/_]$")
_ENDED = tuple(".!?:;")


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


class Layout:
    """The sizes of type of a document, and what they make of its lines."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        sizes: Counter[float] = Counter()
        for sheet in sheets:
            for line in sheet.lines:
                sizes[line.type_size] += sum(len(segment.text) for segment in line.segments)
        self.body = max(sizes, key=lambda size: sizes[size], default=0.0)
        larger = sorted((size for size in sizes if size > _HEADING_SIZE * self.body), reverse=True)
        self._levels = {size: min(level, 4) for level, size in enumerate(larger, start=1)}

    def page_text(self, sheet: Sheet, reading: Reading) -> str:
        """Return the page as Markdown: headings, lists, tables, paragraphs."""
        blocks = [
            block
            for region in _regions(sheet.lines, _DEEPEST_CUT, hebrew=reading.hebrew)
            for block in self._blocks(region, reading)
        ]
        return "\n\n".join(block for block in blocks if block.strip())

    def _blocks(self, lines: Sequence[Line], reading: Reading) -> Iterator[str]:
        edges = _edges(lines)
        paragraph: list[Line] = []
        for group in _grouped(lines):
            if len(group[0].segments) > 1:
                yield from self._prose(paragraph, reading, edges)
                paragraph = []
                yield _table(group, reading)
            else:
                paragraph += group
        yield from self._prose(paragraph, reading, edges)

    def _prose(self, lines: Sequence[Line], reading: Reading, edges: tuple[float, float]) -> Iterator[str]:
        text, before, level = "", None, 0
        for line in lines:
            said = _BULLET.sub("- ", reading.read(line.segments[0].text).strip())
            now = self._level(line, said)
            if before is not None and not _is_apart(before, line) and now == level:
                goes_on = now or _goes_on(before, text, said, hebrew=reading.hebrew, edges=edges)
                text = _with_more(text, said) if goes_on else f"{text}\n{said}"
            else:
                yield _headed(text, level)
                text = said
            before, level = line, now
        yield _headed(text, level)

    def _level(self, line: Line, said: str) -> int:
        level = self._levels.get(line.type_size, 0)
        return level if level and len(said.split()) <= _HEADING_WORDS and re.search(r"\w", said) else 0


def _with_more(text: str, more: str) -> str:
    """Join two lines of one text; what was broken at a hyphen is one word."""
    return f"{text}{'' if _BROKEN_WORD.search(text) else ' '}{more}"


def _headed(text: str, level: int) -> str:
    return f"{'#' * level} {text}" if level and text else text


def _is_apart(before: Line, line: Line) -> bool:
    return before.base - line.base > 1.75 * max(before.size, line.size)


def _goes_on(before: Line, text: str, said: str, *, hebrew: bool, edges: tuple[float, float]) -> bool:
    """Tell whether a line was broken for want of room: it reached the far edge, and no new item begins."""
    if _ITEM.match(said):
        return False
    segment, (left, right) = before.segments[0], edges
    missing = segment.left - left if hebrew else right - segment.right
    return missing < _FULL_LINE * (right - left) and not (text.endswith(_ENDED) and missing > before.size * 3)


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    segments = [segment for line in lines for segment in line.segments]
    if not segments:
        return 0.0, 0.0
    return min(segment.left for segment in segments), max(segment.right for segment in segments)


# -- columns
# -----------------------------------------------------------------------------------------------------


def _regions(lines: Sequence[Line], depth: int, *, hebrew: bool) -> Iterator[Sequence[Line]]:
    """Cut a page where a gutter parts columns of prose, else at its widest gaps; in the order of reading."""
    if depth and sum(len(line.segments) > 1 for line in lines) >= _COLUMN_LINES:
        if columns := _columns(lines):
            for column in reversed(columns) if hebrew else columns:
                yield from _regions(column, depth - 1, hebrew=hebrew)
            return
        if parts := _halves(lines):
            for part in parts:
                yield from _regions(part, depth - 1, hebrew=hebrew)
            return
    yield lines


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines left and right of a gutter; none where there is no gutter, or it is a table's."""
    segments = sorted((segment for line in lines for segment in line.segments), key=lambda each: each.left)
    reach = segments[0].right
    for segment in segments:
        if segment.left > reach + segment.size:
            middle = (segment.left + reach) / 2
            sides = [_side(lines, middle, left=True), _side(lines, middle, left=False)]
            if all(map(_is_prose, sides)):
                return sides
        reach = max(reach, segment.right)
    return []


def _side(lines: Sequence[Line], middle: float, *, left: bool) -> list[Line]:
    found = (tuple(each for each in line.segments if (each.right <= middle) == left) for line in lines)
    return [Line(segments) for segments in found if segments]


def _is_prose(lines: Sequence[Line]) -> bool:
    words = [segment.words for line in lines for segment in line.segments]
    return len(lines) >= _COLUMN_LINES and sum(words) >= _COLUMN_WORDS * len(words)


def _halves(lines: Sequence[Line]) -> list[Sequence[Line]]:
    gaps = [(lines[i].base - lines[i + 1].base, i + 1) for i in range(len(lines) - 1)]
    widest, place = max(gaps, default=(0.0, 0))
    return [lines[:place], lines[place:]] if widest > 2.2 * lines[place].size else []


# -- tables
# ------------------------------------------------------------------------------------------------------


def _grouped(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield single lines, and the lines of a table together with those that its cells run over to."""
    group: list[Line] = []
    for line in lines:
        in_table = bool(group) and len(group[0].segments) > 1
        if in_table and (len(line.segments) > 1 or _is_run_over(group, line)):
            group.append(line)
            continue
        if group:
            yield group
        group = [line]
    if group:
        yield group


def _is_run_over(table: Sequence[Line], line: Line) -> bool:
    cell, near = line.segments[0], table[-1].base - line.base < 1.45 * line.size
    left, right = _edges(table)
    return near and cell.right - cell.left < 0.6 * (right - left) and len(_touched(table, cell)) == 1


def _touched(table: Sequence[Line], cell: Segment) -> list[int]:
    head = max(table, key=lambda line: len(line.segments)).segments
    return [n for n, each in enumerate(head) if each.left < cell.right and cell.left < each.right]


def _table(lines: Sequence[Line], reading: Reading) -> str:
    """Return the rows as Markdown; a line that lacks cells and follows closely goes on with the row above."""
    if len(lines) == 1:
        return "   ".join(_cells(lines[0], reading))
    width = max(len(line.segments) for line in lines)
    rows: list[list[str]] = []
    before: Line | None = None
    for line in lines:
        close = before is not None and before.base - line.base < 1.45 * line.size
        if rows and close and len(line.segments) < width:
            for cell in line.segments:
                place = (_touched(lines, cell) or [0])[0]
                place = width - 1 - place if reading.hebrew else place
                place = min(place, len(rows[-1]) - 1)
                rows[-1][place] = _with_more(rows[-1][place], reading.read(cell.text).strip())
        else:
            rows.append(_cells(line, reading))
        before = line
    return as_rows(rows)


def _cells(line: Line, reading: Reading) -> list[str]:
    cells = [reading.read(segment.text).strip() for segment in line.segments]
    return cells[::-1] if reading.hebrew else cells
