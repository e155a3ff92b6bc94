"""Excel workbooks: each visible sheet as a table under its name, values as they were last computed."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile

import openpyxl
from openpyxl.utils.cell import range_boundaries

from retrieval.errors import DocumentTooComplexError
from retrieval.extract.kinds import Kind
from retrieval.extract.package import opened
from retrieval.extract.tables import MOST_CELLS, Cell, as_table
from retrieval.extract.types import Extracted

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
_STEP = 1_000_000
_LONGEST_REFERENCE = 200


def read_sheets(data: bytes) -> Extracted:
    """Return the workbook as Markdown; raise DocumentTooComplexError for more cells than anybody reads."""
    with opened(data, Kind.SHEETS) as package:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        merged = {sheet.title: list(_merged_in(sheet, package)) for sheet in book.worksheets}
    left = MOST_CELLS
    parts: list[str] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = []
        for row in sheet.iter_rows(values_only=True):
            left -= len(row)
            if left < 0:
                raise DocumentTooComplexError
            rows.append([_cell(value) for value in row])
        if table := as_table(_trimmed(rows, merged[sheet.title])):
            parts.append(f"## {sheet.title}\n\n{table}")
    title = (book.properties.title or "").strip()
    book.close()
    return Extracted("\n\n".join(parts), title, mime=Kind.SHEETS)


def _merged_in(sheet: Any, package: ZipFile) -> Iterator[tuple[int, int, int, int]]:
    """Yield what is merged in a sheet: first column and row, last column and row, from 1.

    openpyxl tells it only of sheets that it holds in memory as a whole.
    """
    path = str(sheet._worksheet_path)
    if path not in package.namelist():
        return
    with package.open(path) as file:
        kept = b""
        while piece := file.read(_STEP):
            text = kept + piece
            end = 0
            for found in _MERGED.finditer(text):
                end = found.end()
                first, top, last, bottom = range_boundaries(found[1].decode())
                yield int(first or 1), int(top or 1), int(last or 1), int(bottom or 1)
            kept = text[max(end, len(text) - _LONGEST_REFERENCE) :]


def _trimmed(rows: list[list[str]], merged: Iterable[tuple[int, int, int, int]]) -> Iterator[list[Cell]]:
    """Yield the rows without the columns that are empty in all, merged cells at all of their places."""
    width = max(map(len, rows), default=0)
    used = sorted({column for row in rows for column, cell in enumerate(row) if cell})
    cells = [
        [Cell(text) for text in row] + [Cell("") for _missing in range(width - len(row))] for row in rows
    ]
    left = MOST_CELLS
    for first, top, last, bottom in merged:
        for line in cells[top - 1 : bottom]:
            places = max(min(last, width) - first + 1, 0)
            left -= places
            if left < 0:
                raise DocumentTooComplexError
            if places:
                line[first - 1 : first - 1 + places] = [cells[top - 1][first - 1]] * places
    for line in cells:
        yield [line[column] for column in used]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M" if value.time() != time() else "%d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
