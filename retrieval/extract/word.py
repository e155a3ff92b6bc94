"""Word documents: headings, lists and tables in their order, without what is marked as deleted."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from retrieval.extract.kinds import Kind
from retrieval.extract.package import opened
from retrieval.extract.tables import as_rows
from retrieval.extract.types import Extracted

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_SKIPPED = {
    qn("w:del"),
    qn("w:instrText"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_TEXTS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_word(data: bytes) -> Extracted:
    """Return the document as Markdown; broken parts raise what their reading raises."""
    with opened(data, Kind.WORD):
        document = docx.Document(io.BytesIO(data))
    styles = {style.style_id: style for style in document.styles}
    blocks = [block for block in _blocks(document.element.body, styles) if block.strip()]
    text = "\n".join(blocks)
    heading = next((block.strip("\n# ") for block in blocks if block.startswith("\n# ")), "")
    return Extracted(text.strip(), (document.core_properties.title or "").strip() or heading, mime=Kind.WORD)


def _blocks(body: Any, styles: dict[str, Any]) -> Iterator[str]:
    was_item = False
    for element in body:
        if element.tag == qn("w:tbl"):
            yield f"\n{as_rows(_rows(element))}\n"
        elif element.tag == qn("w:sdt"):  # a content control, such as the table of contents or a cover page
            for content in element.findall(qn("w:sdtContent")):
                yield from _blocks(content, styles)
        elif element.tag == qn("w:p"):
            marks = _marks(element, styles)
            text = _text(element).strip()
            is_item = marks == "- "
            yield f"{'' if is_item and was_item else chr(10)}{marks}{text}" if text else ""
            was_item = is_item


def _marks(paragraph: Any, styles: dict[str, Any]) -> str:
    """Return what Markdown puts in front of the paragraph."""
    style = styles.get(_value(paragraph, "w:pPr/w:pStyle"))
    name = (style.name or "") if style is not None else ""
    if name.lower() == "title":
        return "# "
    if heading := _HEADING.fullmatch(name):
        return "#" * min(int(heading[1]), 6) + " "
    outline = _value(paragraph, "w:pPr/w:outlineLvl")
    if outline.isdecimal() and int(outline) < 6:
        return "#" * (int(outline) + 1) + " "
    is_numbered = paragraph.find("w:pPr/w:numPr", paragraph.nsmap) is not None
    return "- " if is_numbered or name.lower().startswith("list ") else ""


def _value(paragraph: Any, path: str) -> str:
    found = paragraph.find(path, paragraph.nsmap)
    return str(found.get(qn("w:val"), "")) if found is not None else ""


def _text(element: Any) -> str:
    parts: list[str] = []
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if node.tag in _SKIPPED:
            continue
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag in _TEXTS:
            parts.append(_TEXTS[node.tag])
        elif node.tag == qn("w:p") and parts:
            parts.append("\n")
        waiting += reversed(node)
    return "".join(parts)


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter(qn("w:tr")):
        cells: list[str] = []
        for cell in row.iterfind(qn("w:tc")):
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            width = span.get(qn("w:val"), "1") if span is not None else "1"
            cells += [_text(cell), *[""] * (min(int(width), 100) - 1 if width.isdecimal() else 0)]
        yield cells
