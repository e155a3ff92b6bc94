"""Excel workbooks: each visible sheet under its name, as tables of what its cells show."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from typing import Any
from zipfile import ZipFile

import openpyxl
from openpyxl.utils.cell import range_boundaries

from retrieval.errors import DocumentTooComplexError, FormulasNotComputedError
from retrieval.extract.kinds import Kind
from retrieval.extract.package import opened
from retrieval.extract.tables import MOST_CELLS, Cell, as_table, parted
from retrieval.extract.types import Extracted

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
# A cell of a formula whose result is not there; one whose result is an empty text says that it is a text.
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\b(?P<about>[^<>]*)>\s*<(?:\w+:)?f\b[^<>]*?(?:/>|>(?P<formula>[^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")
_STEP = 1_000_000
_LONGEST_TAG = 10_000
# Signs of a currency in a format: in brackets with a locale, in quotes, or bare.
_CURRENCY = re.compile(r'\[\$([^-\]]+)|"\s*(ש"+ח|[₪€£$])\s*"|([₪€£$])')
_LOCALE = re.compile(r"\[\$-[^\]]*\]")
# The decimals of a format, unless it is one of powers of ten or shows thousands and millions.
_DECIMALS = re.compile(r"^[^.E]*\.([0#?]{1,9})(?![0#?,]|.*E[+-])", re.IGNORECASE)
_MOST_GROUPED, _MOST_ROUNDED = 1e10, 1e15
_QUOTED = re.compile(r'"[^"]*"|\\.')


def read_sheets(data: bytes) -> Extracted:
    """Return the workbook as Markdown; raise DocumentTooComplexError for more cells than anybody reads.

    A program that writes workbooks seldom computes them: where results are missing, the formula itself stands
    in the cell, and that is a concern.
    """
    with opened(data, Kind.SHEETS) as package:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        merged = {sheet.title: list(_merged_in(sheet, package)) for sheet in book.worksheets}
        formulas = {sheet.title: dict(_uncomputed_in(sheet, package)) for sheet in book.worksheets}
    left = MOST_CELLS
    parts: list[str] = []
    concern = ""
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        missing = formulas[sheet.title]
        concern = FormulasNotComputedError.code if missing else concern
        rows = []
        for number, row in enumerate(sheet.iter_rows(), start=1):
            left -= len(row)
            if left < 0:
                raise DocumentTooComplexError
            rows.append(
                [missing.get((number, place)) or _shown(cell) for place, cell in enumerate(row, start=1)]
            )
        tables = map(as_table, parted(_trimmed(rows, merged[sheet.title])))
        if text := "\n\n".join(filter(None, tables)):
            parts.append(f"## {sheet.title}\n\n{text}")
    title = (book.properties.title or "").strip()
    book.close()
    return Extracted("\n\n".join(parts), title, mime=Kind.SHEETS, concern=concern)


def _merged_in(sheet: Any, package: ZipFile) -> Iterator[tuple[int, int, int, int]]:
    """Yield what is merged in a sheet: first column and row, last column and row, from 1.

    openpyxl tells it only of sheets that it holds in memory as a whole.
    """
    for found in _occurrences(_MERGED, sheet, package):
        first, top, last, bottom = range_boundaries(found[1].decode())
        yield int(first or 1), int(top or 1), int(last or 1), int(bottom or 1)


def _uncomputed_in(sheet: Any, package: ZipFile) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield row and column, from 1, of formulas without a result, with what they say."""
    for found in _occurrences(_UNCOMPUTED, sheet, package):
        place = _PLACE.search(found["about"])
        if place and not _TEXT_RESULT.search(found["about"]):
            column, row, *_rest = range_boundaries(place[1].decode())
            formula = unescape((found["formula"] or b"").decode(errors="replace")).strip()
            yield (int(row or 1), int(column or 1)), f"={formula or '…'}"


def _occurrences(pattern: re.Pattern[bytes], sheet: Any, package: ZipFile) -> Iterator[re.Match[bytes]]:
    """Yield where a sheet's own text has the pattern, piece by piece."""
    path = str(sheet._worksheet_path)
    if path not in package.namelist():
        return
    with package.open(path) as file:
        kept = b""
        while piece := file.read(_STEP):
            text = kept + piece
            end = 0
            for found in pattern.finditer(text):
                end = found.end()
                yield found
            kept = text[max(end, len(text) - _LONGEST_TAG) :]


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


def _shown(cell: Any) -> str:
    """Return what a cell shows: dates with the day first, shares as percentages, amounts with a currency."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float | date | time):
        return "" if value is None else str(value)
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M" if value.time() != time() else "%d/%m/%Y")
    return value.strftime("%H:%M" if isinstance(value, time) else "%d/%m/%Y")


def _number(value: float, form: str) -> str:
    first = form.partition(";")[0]  # further ones are for what is below or at zero
    plain = _QUOTED.sub("", _LOCALE.sub("", first))
    is_share = "%" in plain
    are_grouped = "#,##" in plain and not is_share
    if (places := _DECIMALS.search(plain)) and abs(value) < _MOST_ROUNDED:
        digits = _rounded(Decimal(repr(value)) * (100 if is_share else 1), places[1], grouped=are_grouped)
    else:
        digits = _unrounded(round(100 * value, 6) if is_share else value, grouped=are_grouped)
    sign = None if is_share else _CURRENCY.search(_LOCALE.sub("", first))
    if sign:
        return f"{digits} {next(filter(None, sign.groups())).replace(chr(34) * 2, chr(34))}"
    return f"{digits}%" if is_share else digits


def _rounded(value: Decimal, places: str, *, grouped: bool) -> str:
    """Return a number with as many decimals as its cell shows: "0" always, "#" where they say something."""
    shown = value.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    digits = f"{shown:,f}" if grouped else f"{shown:f}"
    spare = len(digits) - len(digits.rstrip("0"))
    optional = len(places) - len(places.rstrip("#?"))
    return digits[: len(digits) - min(spare, optional)].rstrip(".")


def _unrounded(value: float, *, grouped: bool) -> str:
    """Return a number whose cell shows no decimals, or no form of its own, with those that it has."""
    digits = f"{value:,.10g}" if grouped and abs(value) < _MOST_GROUPED else f"{value:.10g}"
    return str(value) if isinstance(value, int) and "," not in digits else digits
