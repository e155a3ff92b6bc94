"""Tables of PDFs, told by places alone: rows that are two stay two."""

from collections.abc import Sequence

from retrieval.extract.pdf_lines import Line, Segment
from retrieval.extract.pdf_reading import Reading
from retrieval.extract.pdf_tables import grouped, split_at_columns, table_text

SIZE = 12.0
COLUMNS = (20.0, 160.0, 300.0)
LETTER = 6.0
Row = Sequence[str]


def line(cells: Row, base: float, *, size: float = SIZE) -> Line:
    """Return a line of cells by column, "" for none."""
    return Line(
        tuple(
            Segment(left, left + LETTER * len(text), base, 1.16 * size, size, text)
            for left, text in zip(COLUMNS, cells, strict=False)
            if text
        )
    )


def tables(lines: Sequence[Line]) -> list[str]:
    reading = Reading(hebrew=False)
    return [table_text(group, reading) for group in grouped(lines)]


def rows_of(lines: Sequence[Line]) -> list[str]:
    (table,) = tables(lines)
    return table.splitlines()[2:]


HEADER = ("Name", "Duty", "Hours")


def test_a_row_that_lacks_a_cell_is_a_row_where_rows_are_as_far_apart() -> None:
    cells = [
        HEADER,
        ("Ann", "opens", "7:00"),
        ("Ben", "", "9:00"),
        ("Cid", "", ""),
        ("Dan", "shuts", "22:00"),
    ]
    lines = [line(row, 500 - 18 * place) for place, row in enumerate(cells)]
    assert rows_of(lines) == [
        "| Ann | opens | 7:00 |",
        "| Ben |  | 9:00 |",
        "| Cid |  |  |",
        "| Dan | shuts | 22:00 |",
    ]


def test_a_cell_goes_on_below_where_it_is_nearer_than_rows_are() -> None:
    lines = [line(HEADER, 500), line(("Ann", "opens", "7:00"), 478), line(("", "and shuts", ""), 464)]
    lines += [line(("Ben", "sells", "9:00"), 442)]
    assert rows_of(lines) == ["| Ann | opens and shuts | 7:00 |", "| Ben | sells | 9:00 |"]


def test_a_cell_goes_on_below_where_its_words_had_no_room() -> None:
    lines = [
        line(HEADER, 500),
        line(("Ann", "opens the doors", "7:00"), 486),
        line(("", "afterwards", ""), 472),
    ]
    lines += [line(("Ben", "sells", "9:00"), 458)]
    assert rows_of(lines) == ["| Ann | opens the doors afterwards | 7:00 |", "| Ben | sells | 9:00 |"]


def test_cells_in_the_middle_of_a_high_row_are_in_that_row() -> None:
    lines = [line(HEADER, 500), line(("", "opens", ""), 478), line(("Ann", "", "7:00"), 471)]
    lines += [line(("", "and shuts", ""), 464), line(("Ben", "sells", "9:00"), 442)]
    assert rows_of(lines) == ["| Ann | opens and shuts | 7:00 |", "| Ben | sells | 9:00 |"]


def test_a_line_that_lacks_cells_is_a_row_where_lines_of_a_cell_are_nearer() -> None:
    """Cells in the middle of high rows leave no two whole lines at the distance of rows."""
    lines = [line(HEADER, 500), line(("Ann", "opens", "7:00"), 472), line(("", "", "9:00"), 453)]
    lines.append(line(("Ben", "sells", "8:00"), 425))
    assert rows_of(lines)[1:] == ["|  |  | 9:00 |", "| Ben | sells | 8:00 |"]


def test_a_heading_below_a_table_is_none_of_it() -> None:
    lines = [line(HEADER, 500), line(("Ann", "opens", "7:00"), 486), line(("Parking",), 472, size=15.0)]
    assert tables(lines)[1:] == ["Parking"]


def tight(parts: Row, base: float) -> Line:
    """Return a line whose cells stand as near as words: one segment that holds them as parts."""
    cells = line(parts, base).segments
    whole = Segment(cells[0].left, cells[-1].right, base, cells[0].size, SIZE, " ".join(parts), cells)
    return Line((whole,))


def test_cells_as_near_as_words_are_told_apart_by_the_lines_beside_them() -> None:
    lines = [
        line(HEADER, 500),
        tight(("Red one", "now at once", "7 8"), 482),
        line(("Tan", "late", "9"), 464),
    ]
    found = split_at_columns(lines)
    assert [segment.text for segment in found[1].segments] == ["Red one", "now at once", "7 8"]


def test_words_of_type_without_spaces_are_no_cells() -> None:
    lines = [tight(("All", "the", "duties"), 518), line(HEADER, 500), line(("Tan", "late", "9"), 482)]
    assert split_at_columns(lines) == lines
