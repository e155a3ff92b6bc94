"""From lines as they look to text as it is read: columns, tables, headings and paragraphs of one document."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from retrieval.extract.pdf_glyphs import Sheet
from retrieval.extract.pdf_lines import Line
from retrieval.extract.pdf_reading import Reading
from retrieval.extract.pdf_tables import edges_of, grouped, split_at_columns, table_text, with_more

_HEADING_SIZE = 1.12
_HEADING_WORDS = 20
_COLUMN_WORDS = 3.5
_COLUMN_LINES = 3
_FULL_LINE = 0.12  # of the width, that a line may lack and still be one that goes on below
_DEEPEST_CUT = 5
_ITEM = re.compile(r"\s*(?:[-*•▪●–◦]|\d{1,3}[.)]|[א-ת]['.)])\s+\S")
_BULLET = re.compile(r"^\s*[•▪●◦\uf0b7]\s*")
_ENDED = tuple(".!?:;")


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
            for region in _regions(split_at_columns(sheet.lines), _DEEPEST_CUT, hebrew=reading.hebrew)
            for block in self._blocks(region, reading)
        ]
        return "\n\n".join(block for block in blocks if block.strip())

    def _blocks(self, lines: Sequence[Line], reading: Reading) -> Iterator[str]:
        edges = edges_of(lines)
        paragraph: list[Line] = []
        for group in grouped(lines):
            if len(group[0].segments) > 1:
                yield from self._prose(paragraph, reading, edges)
                paragraph = []
                yield table_text(group, reading)
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
                text = with_more(text, said) if goes_on else f"{text}\n{said}"
            else:
                yield _headed(text, level)
                text = said
            before, level = line, now
        yield _headed(text, level)

    def _level(self, line: Line, said: str) -> int:
        level = self._levels.get(line.type_size, 0)
        return level if level and len(said.split()) <= _HEADING_WORDS and re.search(r"\w", said) else 0


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
