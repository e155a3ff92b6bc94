"""Tables as Markdown, the form in which every reader hands them on: below each header what belongs to it.

Offices merge cells: a title over a whole table, a header over two columns, a label beside five rows. Who
reads one row alone, as a search does, must still know all of these.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.errors import DocumentTooComplexError

# What a document claims a cell to cover costs no more than this.
MOST_ACROSS, MOST_DOWN = 100, 2000
MOST_CELLS = 2_000_000
_DEEPEST_HEADER = 3
_MOST_TITLES = 8  # a letterhead over a price list has several lines
_TITLE_CELLS = 2  # a title, and a date beside it


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell and how many columns and rows it covers. In a grid it stands at all places that it covers."""

    text: str
    across: int = 1
    down: int = 1


def as_rows(rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first row is its header; rows without words are left out."""
    lines: list[str] = []
    for row in rows:
        cells = [" ".join(cell.replace("|", "/").split()) for cell in row]
        if not any(cells):
            continue
        lines.append(f"| {' | '.join(cells)} |")
        if len(lines) == 1:
            lines.append("|" + "---|" * len(cells))
    return "\n".join(lines) if len(lines) > 1 else ""


def spanning(value: str | None, most: int) -> int:
    """Return how many columns or rows a document says that a cell covers, 1 for nonsense."""
    text = (value or "").strip()
    is_number = text.isascii() and text.isdecimal() and len(text) < 9
    return min(max(int(text), 1), most) if is_number else 1


def spread(rows: Iterable[Sequence[Cell]]) -> list[list[Cell]]:
    """Return the grid of rows that name each cell once, at its first place, as HTML does; raise
    DocumentTooComplexError for more places than anybody reads.
    """
    grid: list[list[Cell]] = []
    hanging: dict[int, tuple[Cell, int]] = {}  # by column: what covers it from above, for how many rows more
    left = MOST_CELLS
    for row in rows:
        line: list[Cell] = []
        later: dict[int, tuple[Cell, int]] = {}
        waiting = deque(row)
        while waiting or any(column >= len(line) for column in hanging):
            cell, across, down = _next(len(line), hanging, waiting)
            if down > 1:
                later |= dict.fromkeys(range(len(line), len(line) + across), (cell, down - 1))
            line += [cell] * across
        left -= len(line)
        if left < 0:
            raise DocumentTooComplexError
        grid.append(line)
        hanging = later
    return grid


def _next(
    column: int, hanging: Mapping[int, tuple[Cell, int]], waiting: deque[Cell]
) -> tuple[Cell, int, int]:
    """Return what stands in the column, and how many columns and rows of it are still to come."""
    if column in hanging:
        cell, down = hanging[column]
        return cell, 1, down
    cell = waiting.popleft() if waiting else Cell("")
    return cell, cell.across, cell.down


def as_table(grid: Iterable[Sequence[Cell]]) -> str:
    """Return the table of a grid, below the titles that stand above its header; the words of a cell are in
    every column and row that it covers, those of a row that is one cell alone once.
    """
    rows = [list(row) for row in grid if any(cell.text.strip() for cell in row)]
    width = max(map(len, rows), default=0)
    rows = [row + [Cell("") for _missing in range(width - len(row))] for row in rows]
    first = _titles_above(rows) if width > 1 else 0
    titles = [_words_of(row) for row in rows[:first]]
    rows = rows[first:]
    used = [column for column in range(width) if any(row[column].text.strip() for row in rows)]
    table = as_rows(_texts([[row[column] for column in used] for row in rows]))
    return "\n\n".join([*titles, table]) if table else ""


def parted(grid: Iterable[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    """Yield the tables of a sheet: below an empty row a new one begins where a header of its own stands."""
    table: list[Sequence[Cell]] = []
    for block in _blocks(grid):
        if table and _has_header(block):
            yield table
            table = []
        table += block
    if table:
        yield table


def _blocks(grid: Iterable[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    block: list[Sequence[Cell]] = []
    for row in grid:
        if any(cell.text.strip() for cell in row):
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _has_header(block: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether rows begin with names of columns: several, none with a digit, and figures below them."""
    rows = block[next((number for number, row in enumerate(block) if not _is_title(row)), len(block)) :]
    return len(rows) > 1 and not _has_figures(rows[0]) and any(map(_has_figures, rows[1:]))


def _titles_above(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows above the header are titles: one cell each, or two where the table has more than
    twice as many.
    """
    widest = max(map(_filled, rows), default=0)
    few = min(_TITLE_CELLS, (widest - 1) // 2)
    above = next((n for n, row in enumerate(rows) if not (_is_title(row) or _filled(row) <= few)), 0)
    are_names = above < len(rows) and not _has_figures(rows[above])
    if not are_names or _is_repeated(rows[above]):  # names above columns of the same name tell those apart
        above = next((n for n, row in enumerate(rows) if not _is_title(row)), 0)
    return above if above <= _MOST_TITLES else 0


def _filled(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell.text.strip())


def _has_figures(row: Sequence[Cell]) -> bool:
    return any(letter.isdigit() for cell in row for letter in cell.text)


def _is_repeated(row: Sequence[Cell]) -> bool:
    names = [cell.text.strip() for cell in row if cell.text.strip()]
    return len(set(names)) < len(names)


def _texts(rows: Sequence[Sequence[Cell]]) -> Iterator[list[str]]:
    depth = _header_depth(rows)
    if rows:
        yield [_joined([row[column] for row in rows[:depth]]) for column in range(len(rows[0]))]
    above: Sequence[Cell] = ()
    for row in rows[depth:]:
        if _are_same(row, above):
            continue  # covered by the row above as a whole
        above = row
        first, *others = row
        yield [first.text, *("" for _cell in others)] if _is_one(row) else [cell.text for cell in row]


def _header_depth(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows the header has: below one that groups columns is one that tells them apart."""
    depth = 1
    while depth < min(_DEEPEST_HEADER, len(rows) - 1) and _tells_apart(rows[depth - 1], rows[depth]):
        depth += 1
    return depth


def _tells_apart(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Tell whether the lower row names the columns of each group of the upper one, and says nothing else."""
    groups = {cell for cell in above if cell.text.strip() and sum(cell is other for other in above) > 1}
    if not groups or _is_one(above):
        return False
    names = [cell for group, cell in zip(above, below, strict=True) if group in groups]
    others = [pair for pair in zip(above, below, strict=True) if pair[0] not in groups]
    are_merged = bool(others) and all(one is other for one, other in others)
    is_free = all(one is other or not one.text.strip() or not other.text.strip() for one, other in others)
    has_figures = any(letter.isdigit() for cell in names for letter in cell.text)
    # Figures are a row of the table, unless merged labels beside them say that it is a row of the header.
    return len(set(names)) > len(groups) and (are_merged or (is_free and not has_figures))


def _joined(column: Sequence[Cell]) -> str:
    """Return the words of a column's header from the top down, each once."""
    return " ".join(dict.fromkeys(cell.text.strip() for cell in column if cell.text.strip()))


def _words_of(title: Sequence[Cell]) -> str:
    return ", ".join(
        " ".join(text.split()) for text in dict.fromkeys(cell.text for cell in title) if text.strip()
    )


def _is_title(row: Sequence[Cell]) -> bool:
    return len({cell for cell in row if cell.text.strip()}) == 1


def _is_one(row: Sequence[Cell]) -> bool:
    return len(row) > 1 and all(cell is row[0] for cell in row)


def _are_same(row: Sequence[Cell], above: Sequence[Cell]) -> bool:
    return len(row) == len(above) and all(one is other for one, other in zip(row, above, strict=True))
