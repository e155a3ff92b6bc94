"""An answer's Markdown as the blocks of a Word document: headings, lists, quotations, code, tables."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from conversations.docx import Block, Paragraph, Table

_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_QUOTED = re.compile(r"(?:>\s*)+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_ROW = re.compile(r"\s*\|")
_RULE = re.compile(r"\s*\|?[\s:|-]*-{3,}[\s:|-]*\Z")
_BAR = re.compile(r"(?<!\\)\|")


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the text block by block, without Markdown's signs."""
    for kind, lines in groupby(_kinds(text), key=lambda pair: pair[0]):
        if kind == "row":
            yield from _table([line for _kind, line in lines])
            continue
        for _kind, line in lines:
            if kind == "code":
                yield Paragraph(line, "Code")
            elif line.strip():
                yield _paragraph(_plain(line))


def _kinds(text: str) -> Iterator[tuple[str, str]]:
    is_code = False
    for line in text.splitlines():
        if _FENCE.match(line):
            is_code = not is_code
        elif is_code:
            yield "code", line
        else:
            yield ("row" if _ROW.match(line) else "line"), line


def _table(lines: Iterable[str]) -> Iterator[Block]:
    """Yield the table, and an empty line that keeps it apart from what follows."""
    rows = [_cells(line) for line in lines if not _RULE.match(line)]
    if rows:
        yield Table(tuple(rows))
        yield Paragraph("")


def _cells(line: str) -> tuple[str, ...]:
    cells = _BAR.split(line.strip())[1:]  # nothing stands before the first bar
    if cells and not cells[-1].strip():
        cells.pop()
    return tuple(_plain(cell.replace("\\|", "|")) for cell in cells)


def _plain(text: str) -> str:
    return text.strip().replace("**", "")


def _paragraph(line: str) -> Paragraph:
    if heading := _HEADING.match(line):
        return Paragraph(line[heading.end() :], "Heading2")
    if quoted := _QUOTED.match(line):
        return Paragraph(line[quoted.end() :], "Quote")
    if item := _ITEM.match(line):
        sign = "•" if item.group()[0] in "-*+" else item.group().strip()
        return Paragraph(f"{sign} {line[item.end() :]}", "ListParagraph")
    return Paragraph(line)
