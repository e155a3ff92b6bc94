"""Paragraphs and tables as a Word document whose Hebrew is right to left in Word's own terms, not by
invisible marks."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape

from config.kernel.hebrew.direction import dominant_direction

Style = Literal["Title", "Heading1", "Heading2", "Normal", "ListParagraph", "Quote", "Code", "TableHeading"]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What XML 1.0 cannot hold, in any form.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Words with a Latin letter in them, and those that follow after a space.
_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._+#%/:@&=?~-]*[A-Za-z0-9+#%])?"
_LATIN = re.compile(rf"(?=[^\W_]*[A-Za-z]){_WORD}(?: (?=[A-Za-z]){_WORD})*")
_STYLES: dict[Style, tuple[str, str]] = {  # name in Word, run properties
    "Title": ("Title", '<w:b/><w:bCs/><w:sz w:val="40"/><w:szCs w:val="40"/>'),
    "Heading1": (
        "heading 1",
        '<w:b/><w:color w:val="0B6863"/><w:sz w:val="26"/><w:szCs w:val="26"/>',
    ),
    "Heading2": ("heading 2", '<w:b/><w:bCs/><w:sz w:val="24"/><w:szCs w:val="24"/>'),
    "ListParagraph": ("List Paragraph", ""),
    "Quote": ("Quote", '<w:color w:val="535C62"/><w:sz w:val="20"/><w:szCs w:val="20"/>'),
    "TableHeading": ("Table Heading", "<w:b/><w:bCs/>"),
    "Code": ("Code", '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'),
}
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="818A90"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_CELL = '<w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>'
_INDENTED = frozenset({"ListParagraph", "Quote"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`text` may have lines; its direction is that of its dominant script, of code left to right."""

    text: str
    style: Style = "Normal"

    @property
    def is_rtl(self) -> bool:
        return self.style != "Code" and dominant_direction(self.text) == "rtl"


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` hold the words of cells, the headings first; every row gets as many cells as the first one has.
    The first column is where the dominant script begins.
    """

    rows: tuple[tuple[str, ...], ...]

    @property
    def is_rtl(self) -> bool:
        return dominant_direction("\n".join(cell for row in self.rows for cell in row)) == "rtl"


Block: TypeAlias = Paragraph | Table


def document(blocks: Iterable[Block]) -> bytes:
    """Return the file."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations("officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": _relations("styles", "styles.xml"),
        "word/styles.xml": _styles(),
        "word/document.xml": _body(blocks),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, _XML + text)
    return file.getvalue()


def _body(blocks: Iterable[Block]) -> str:
    section = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:bidi/></w:sectPr>'
    return f'<w:document xmlns:w="{_W}"><w:body>{"".join(map(_block, blocks))}{section}</w:body></w:document>'


def _block(block: Block) -> str:
    return _table(block) if isinstance(block, Table) else _paragraph(block)


def _table(table: Table) -> str:
    columns = len(table.rows[0])
    bidi = "<w:bidiVisual/>" if table.is_rtl else ""
    properties = (
        f'<w:tblPr>{bidi}<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>'
    )
    grid = f"<w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>"
    heading, *others = (_cells(row, columns, is_first=index == 0) for index, row in enumerate(table.rows))
    rows = "".join(f"<w:tr>{cells}</w:tr>" for cells in others)
    return f"<w:tbl>{properties}{grid}<w:tr><w:trPr><w:tblHeader/></w:trPr>{heading}</w:tr>{rows}</w:tbl>"


def _cells(row: Sequence[str], columns: int, *, is_first: bool) -> str:
    style: Style = "TableHeading" if is_first else "Normal"
    words = [*row, *[""] * columns][:columns]
    return "".join(f"<w:tc>{_CELL}{_paragraph(Paragraph(each, style))}</w:tc>" for each in words)


def _paragraph(paragraph: Paragraph) -> str:
    indent = '<w:ind w:start="420"/>' if paragraph.style in _INDENTED else ""
    bidi = "<w:bidi/>" if paragraph.is_rtl else ""
    properties = f'<w:pPr><w:pStyle w:val="{paragraph.style}"/>{bidi}{indent}</w:pPr>'
    return f"<w:p>{properties}{_runs(paragraph)}</w:p>"


def _runs(paragraph: Paragraph) -> str:
    """Return the text as runs: Word orders and shapes each by what it is told, not by its letters."""
    text = _UNWRITABLE.sub("", paragraph.text)
    if not paragraph.is_rtl:
        return _run(text, is_rtl=False)
    runs, at = [], 0
    for latin in _LATIN.finditer(text):
        runs += [_run(text[at : latin.start()], is_rtl=True), _run(latin.group(), is_rtl=False)]
        at = latin.end()
    return "".join([*runs, _run(text[at:], is_rtl=True)])


def _run(text: str, *, is_rtl: bool) -> str:
    if not text:
        return ""
    properties = '<w:rPr><w:rtl/><w:lang w:bidi="he-IL"/></w:rPr>' if is_rtl else ""
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")]
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"


def _styles() -> str:
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="22"/>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:after="120" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    others = (
        f'<w:style w:type="paragraph" w:styleId="{style}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:rPr>{look}</w:rPr></w:style>'
        for style, (name, look) in _STYLES.items()
    )
    return f'<w:styles xmlns:w="{_W}">{defaults}{normal}{"".join(others)}</w:styles>'


def _content_types() -> str:
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    )


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )
