"""Tables of PDFs: which lines are one, which lines are one row of it, and what stands in which column.

A file tells none of it; only places do. Two rows that become one are a false statement, while a row in two
lines is still read: so lines are one row only where their places say so.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.extract.pdf_lines import Line, Segment
from retrieval.extract.pdf_reading import Reading
from retrieval.extract.tables import as_rows
from retrieval.extract.visual_order import is_hebrew

_BROKEN_WORD = re.compile("\\w[-\u05be\u2010-\u2015@/_]$")
_NEAR = 1.45  # heights of a line, to what its cells may run over to
_NEIGHBOURS = 2.5
_MOST_SEAMS = 2  # gaps without a space, for each space, in type that has spaces
_WITHIN = 0.8  # of the type: nearer lines stand side by side
_CLEARLY = 0.95  # of the distance of rows
_LINES = 1.4  # of the type, from a line to the next one of a cell
_BROKEN_LETTERS, _SPACE = 12, 0.25
Span = tuple[float, float]


def split_at_columns(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page; where cells are as near to each other as words, they are told apart by the
    columns of the line above or below. Only type that has spaces tells cells from words.
    """
    found, sizes = list(lines), _sizes_with_spaces(lines)
    for step in (1, -1):
        for place in range(len(found))[::step]:
            beside = place - step
            if 0 <= beside < len(found) and found[place].type_size in sizes:
                found[place] = _split(found[place], found[beside])
    return found


def _sizes_with_spaces(lines: Sequence[Line]) -> set[float]:
    spaces, seams = Counter[float](), Counter[float]()
    for line in lines:
        for segment in line.segments:
            between = max(len(segment.parts) - 1, 0)
            seams[segment.type_size] += between
            spaces[segment.type_size] += segment.text.count(" ") - between
    return {size for size, count in spaces.items() if seams[size] <= _MOST_SEAMS * count}


def _split(line: Line, beside: Line) -> Line:
    parts = [part for segment in line.segments for part in (segment.parts or (segment,))]
    is_table = line.type_size == beside.type_size and len(beside.segments) > 1
    far = abs(line.base - beside.base) > _NEIGHBOURS * line.size
    if far or not is_table or not len(line.segments) < len(parts) <= len(beside.segments):
        return line
    columns = [(segment.left, segment.right) for segment in beside.segments]
    touched = [_touched(columns, part) for part in parts]
    are_apart = all(len(each) == 1 for each in touched) and len({each[0] for each in touched}) == len(parts)
    return Line(tuple(parts)) if are_apart else line


def grouped(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield single lines, and the lines of a table together with those that its cells run over to."""
    group: list[Line] = []
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        in_table = bool(group) and len(group[0].segments) > 1
        if in_table and (len(line.segments) > 1 or _may_run_over(group, line) or _is_beside(line, below)):
            group.append(line)
            continue
        yield from _parted(group)
        group = [line]
    yield from _parted(group)


def _parted(group: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the table without the single lines at its end that are rows of their own: text follows it."""
    rows = _rows(group)
    last = len(rows)
    while last > 1 and len(rows[last - 1]) == 1 and len(rows[last - 1][0].segments) == 1:
        last -= 1
    if group:
        yield [line for row in rows[:last] for line in row]
    yield from rows[last:]


def _may_run_over(table: Sequence[Line], line: Line) -> bool:
    cell, near = line.segments[0], table[-1].base - line.base < _NEAR * line.size
    left, right = edges_of(table)
    is_narrow = cell.right - cell.left < 0.6 * (right - left)
    return near and is_narrow and line.type_size <= table[-1].type_size


def _is_beside(line: Line, below: Line | None) -> bool:
    """Tell whether cells of the next line stand in the middle of what the line begins."""
    return below is not None and len(below.segments) > 1 and _are_level(line, below)


def _are_level(above: Line, line: Line) -> bool:
    return above.base - line.base < _WITHIN * min(above.type_size, line.type_size)


def table_text(lines: Sequence[Line], reading: Reading) -> str:
    """Return the rows as Markdown, each cell in its column; a single row as one line."""
    if len(lines) == 1:
        cells = [reading.read(segment.text).strip() for segment in lines[0].segments]
        return "   ".join(cells[::-1] if reading.hebrew else cells)
    columns = _columns(lines)
    return as_rows(_cells(row, columns, reading) for row in _rows(lines))


def _cells(row: Sequence[Line], columns: Sequence[Span], reading: Reading) -> list[str]:
    cells = [""] * len(columns)
    for line in row:
        for segment in line.segments[::-1] if reading.hebrew else line.segments:
            place = _column(columns, segment)
            said = reading.read(segment.text).strip()
            cells[place] = with_more(cells[place], said) if cells[place] else said
    return cells[::-1] if reading.hebrew else cells


def _columns(lines: Sequence[Line]) -> list[Span]:
    """Return from where to where each column reaches, by the lines that have a cell in all of them."""
    width = max(len(line.segments) for line in lines)
    whole = [line.segments for line in lines if len(line.segments) == width]
    return [
        (min(row[place].left for row in whole), max(row[place].right for row in whole))
        for place in range(width)
    ]


def _touched(columns: Sequence[Span], cell: Segment) -> list[int]:
    return [n for n, (left, right) in enumerate(columns) if left < cell.right and cell.left < right]


def _column(columns: Sequence[Span], cell: Segment) -> int:
    """Return the column that the cell stands in, or is nearest to."""
    middle = (cell.left + cell.right) / 2
    places = _touched(columns, cell) or range(len(columns))
    return min(places, key=lambda n: abs(sum(columns[n]) / 2 - middle))


# -- rows
# --------------------------------------------------------------------------------------------------------


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Part the lines of a table into rows: one that has all cells begins one, one that lacks some goes on
    with the row above where it is nearer to it than rows are, or its words had no room there.
    """
    rows = [[line] for line in lines[:1]]
    if len(lines) > 1:
        columns, apart = _columns(lines), _row_distance(lines)
        for above, line in pairwise(lines):
            if _is_one_row(above, line, columns, apart):
                rows[-1].append(line)
            else:
                rows.append([line])
    return rows


def _row_distance(lines: Sequence[Line]) -> float:
    """Return the least distance between rows, by lines that have all cells; 0 where there are none."""
    width = max(len(line.segments) for line in lines)
    below = [pair for pair in pairwise(lines) if len(pair[1].segments) == width]
    whole = [pair for pair in below if len(pair[0].segments) == width]
    return min((above.base - line.base for above, line in whole or below), default=0.0)


def _is_one_row(above: Line, line: Line, columns: Sequence[Span], apart: float) -> bool:
    distance = above.base - line.base
    if _are_level(above, line):
        return not _places(above, columns) & _places(line, columns)
    if distance >= _NEAR * line.size or len(line.segments) == len(columns):
        return False
    goes_on = distance < min(_CLEARLY * apart, _LINES * line.type_size)
    return goes_on or _is_broken(above, line, columns)


def _places(line: Line, columns: Sequence[Span]) -> set[int]:
    return {_column(columns, segment) for segment in line.segments}


def _is_broken(above: Line, line: Line, columns: Sequence[Span]) -> bool:
    """Tell whether every cell of the line goes on with one above it, whose line had no room for its first
    word.
    """
    upper = {_column(columns, segment): segment for segment in above.segments}
    pairs = [(_column(columns, segment), segment) for segment in line.segments]
    return all(place in upper and _had_no_room(upper[place], cell, columns[place]) for place, cell in pairs)


def _had_no_room(above: Segment, cell: Segment, column: Span) -> bool:
    words = cell.text.split()
    first = words[-1] if is_hebrew(cell.text) else words[0]
    needed = (cell.right - cell.left) * len(first) / len(cell.text) + _SPACE * cell.type_size
    is_long = above.words > 1 and len(above.text) >= _BROKEN_LETTERS
    is_below = above.left < cell.right and cell.left < above.right
    return is_long and is_below and above.right - above.left + needed > column[1] - column[0]


def with_more(text: str, more: str) -> str:
    """Join two lines of one text; what was broken at a hyphen is one word."""
    return f"{text}{'' if _BROKEN_WORD.search(text) else ' '}{more}"


def edges_of(lines: Sequence[Line]) -> Span:
    """Return where the lines begin and end at the left and right; nothing for no lines."""
    segments = [segment for line in lines for segment in line.segments]
    if not segments:
        return 0.0, 0.0
    return min(segment.left for segment in segments), max(segment.right for segment in segments)
