"""Excel workbooks: each visible sheet as a table under its name, values as they were last computed."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

from retrieval.errors import DocumentTooComplexError
from retrieval.extract.kinds import Kind
from retrieval.extract.package import opened
from retrieval.extract.tables import as_rows
from retrieval.extract.types import Extracted

MOST_CELLS = 2_000_000


def read_sheets(data: bytes) -> Extracted:
    """Return the workbook as Markdown; raise DocumentTooComplexError for more cells than anybody reads."""
    with opened(data, Kind.SHEETS):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
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
        if table := as_rows(_trimmed(rows)):
            parts.append(f"## {sheet.title}\n\n{table}")
    title = (book.properties.title or "").strip()
    book.close()
    return Extracted("\n\n".join(parts), title, mime=Kind.SHEETS)


def _trimmed(rows: list[list[str]]) -> Iterator[list[str]]:
    """Yield the rows without the columns that are empty in all of them."""
    used = sorted({column for row in rows for column, cell in enumerate(row) if cell})
    for row in rows:
        yield [row[column] if column < len(row) else "" for column in used]


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
