"""Word documents: headings, lists and tables in their order, notes where they are called, what stands at the
head and foot of pages once, without what is marked as deleted or hidden.
"""

import io
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from retrieval.extract.kinds import Kind
from retrieval.extract.package import opened
from retrieval.extract.tables import MOST_ACROSS, Cell, as_table, spanning
from retrieval.extract.types import Extracted
from retrieval.extract.word_hidden import hiding_styles, remove_hidden
from retrieval.extract.word_lists import Numbering

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_SKIPPED = {
    qn("w:del"),
    qn("w:instrText"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_TEXTS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_NOTES = {"footnote": qn("w:footnoteReference"), "endnote": qn("w:endnoteReference")}
# What counts pages says nothing where there are none.
_PAGE_NUMBER = re.compile(
    r"\b(?:עמוד|דף|page)\b\s*\d*(?:\s*(?:מתוך|of|/)\s*\d*)?|^\W*\d{1,4}\W*$|^\s*\d*\s*(?:מתוך|of|/)\s*\d*\s*$",
    re.IGNORECASE,
)
_EDGE = " \t\n|·•–—-,"
_Notes = Mapping[tuple[str, str], str]
"""What a note says, by the tag that calls it and its number."""


def read_word(data: bytes) -> Extracted:
    """Return the document as Markdown; broken parts raise what their reading raises."""
    with opened(data, Kind.WORD):
        document = docx.Document(io.BytesIO(data))
    hiding = hiding_styles(document.styles)
    remove_hidden(document.element.body, hiding)
    reader = _Reader(document, dict(_notes(document, hiding)))
    body = [block for block in reader.blocks(document.element.body) if block.strip()]
    blocks = [*_edges(document, "header", hiding), *body, *_edges(document, "footer", hiding)]
    text = "\n".join(blocks)
    heading = next((block.strip("\n# ") for block in blocks if block.startswith("\n# ")), "")
    return Extracted(text.strip(), (document.core_properties.title or "").strip() or heading, mime=Kind.WORD)


def _notes(document: Any, hiding: set[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the notes at the foot of pages and at the end, without the lines that part them from the text."""
    for relation in document.part.rels.values():
        name = relation.reltype.rpartition("/")[2].removesuffix("s")
        if name in _NOTES and not relation.is_external:
            for note in _part(relation, hiding).iterchildren(qn(f"w:{name}")):
                if text := " ".join(_text(note).split()):
                    yield (_NOTES[name], note.get(qn("w:id"), "")), text


def _part(relation: Any, hiding: set[str]) -> Any:
    root = parse_xml(relation.target_part.blob)
    remove_hidden(root, hiding)
    return root


def _edges(document: Any, kind: str, hiding: set[str]) -> Iterator[str]:
    """Yield what stands at the head or foot of pages, each line once, without the numbers of pages."""
    said: set[str] = set()
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            for paragraph in _part(relation, hiding).iter(qn("w:p")):
                is_inner = next(paragraph.iterancestors(qn("w:p")), None) is not None
                text = "" if is_inner else _PAGE_NUMBER.sub("", _text(paragraph)).strip(_EDGE)
                if any(map(str.isalnum, text)) and text not in said:
                    said.add(text)
                    yield f"\n{text}"


class _Reader:
    """Reads the parts of one document."""

    def __init__(self, document: Any, notes: _Notes) -> None:
        self._styles = {style.style_id: style for style in document.styles}
        self._numbering = Numbering(document)
        self._notes = notes

    def blocks(self, body: Any) -> Iterator[str]:
        """Yield the blocks of a body or of what lies in it, each with the lines that part it from others."""
        was_item = False
        for element in body:
            if element.tag == qn("w:tbl"):
                yield from self._tables(element)
            elif element.tag == qn("w:sdt"):  # a content control: the table of contents, a cover page
                for content in element.findall(qn("w:sdtContent")):
                    yield from self.blocks(content)
            elif element.tag == qn("w:p"):
                marks, text = _marks(element, self._styles), _text(element, self._notes).strip()
                item = self._numbering.mark(element)  # headings and empty items count as well
                is_item = item != "" and not marks
                yield f"{'' if is_item and was_item else chr(10)}{marks or item}{text}" if text else ""
                was_item = is_item

    def _tables(self, table: Any) -> Iterator[str]:
        """Yield a table, and behind it those that stand in its cells."""
        inner = list(_nearest(table, qn("w:tbl")))
        yield f"\n{as_table(self._grid(table, inner))}\n"
        for each in inner:
            yield from self._tables(each)

    def _grid(self, table: Any, inner: Collection[Any]) -> Iterator[list[Cell]]:
        above: list[Cell] = []
        for row in _nearest(table, qn("w:tr")):
            line: list[Cell] = []
            for cell in row.iterfind(qn("w:tc")):
                across = spanning(_value(cell, "w:tcPr/w:gridSpan"), MOST_ACROSS)
                merge = cell.find("w:tcPr/w:vMerge", cell.nsmap)
                goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
                if goes_on and len(line) < len(above):
                    line += [above[len(line)]] * across
                else:
                    line += [Cell(_text(cell, self._notes, but=inner))] * across
            above = line
            yield line


def _nearest(element: Any, tag: str) -> Iterator[Any]:
    """Yield the elements of that kind below an element, but not those below a table in it."""
    waiting = list(reversed(element))
    while waiting:
        node = waiting.pop()
        if node.tag == tag:
            yield node
        if node.tag != qn("w:tbl"):
            waiting += reversed(node)


def _marks(paragraph: Any, styles: Mapping[str, Any]) -> str:
    """Return what Markdown puts in front of a heading."""
    style = styles.get(_value(paragraph, "w:pPr/w:pStyle"))
    name = (style.name or "") if style is not None else ""
    if name.lower() == "title":
        return "# "
    if heading := _HEADING.fullmatch(name):
        return "#" * min(int(heading[1]), 6) + " "
    outline = _value(paragraph, "w:pPr/w:outlineLvl")
    return "#" * (int(outline) + 1) + " " if outline.isdecimal() and int(outline) < 6 else ""


def _value(paragraph: Any, path: str) -> str:
    found = paragraph.find(path, paragraph.nsmap)
    return str(found.get(qn("w:val"), "")) if found is not None else ""


def _text(element: Any, notes: _Notes | None = None, but: Collection[Any] = ()) -> str:
    """Return an element's words with the notes that it calls, but those of the elements that are named."""
    parts: list[str] = []
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if node.tag in _SKIPPED or any(node is each for each in but):
            continue
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag in _TEXTS:
            parts.append(_TEXTS[node.tag])
        elif note := (notes or {}).get((node.tag, node.get(qn("w:id"), ""))):
            parts.append(f" ({note})")
        elif node.tag == qn("w:p") and parts:
            parts.append("\n")
        waiting += reversed(node)
    return "".join(parts)
