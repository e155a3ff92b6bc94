"""Paragraphs and tables as a Word document whose Hebrew is right to left in Word's own terms, not by
invisible marks, and whose phones, paths and formulas in Hebrew lines are left to right in the same way."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from config.kernel.hebrew.direction import dominant_direction
from config.kernel.hebrew.pieces import pieces_of

Style = Literal[
    "Title", "Heading1", "Heading2", "Heading3", "Normal", "ListParagraph", "Quote", "Code", "TableHeading"
]

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
        '<w:b/><w:bCs/><w:color w:val="0B6863"/><w:sz w:val="26"/><w:szCs w:val="26"/>',
    ),
    "Heading2": ("heading 2", '<w:b/><w:bCs/><w:sz w:val="24"/><w:szCs w:val="24"/>'),
    "Heading3": ("heading 3", "<w:b/><w:bCs/>"),
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
_INDENT = 420  # twentieths of a point, for each level
_ITEM = re.compile(r"(?:•|[0-9]+\.) ")
_HANGING = 260
_FONTS = {"code": "Consolas", "formula": "Cambria Math"}
_LEFT_TO_RIGHT = frozenset({"isolate", "path", "link", "code"})


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look; code and formulas read from left to right. `href` is where a link leads, or ""."""

    text: str
    kind: Literal["words", "code", "formula"] = "words"
    is_bold: bool = False
    is_slanted: bool = False
    is_struck: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs may have lines; the direction is that of the dominant script of the words, of code left to right.

    `level` says how deep it stands in lists, 0 for outside of them.
    """

    runs: tuple[Run, ...] = ()
    style: Style = "Normal"
    level: int = 0

    @property
    def words(self) -> str:
        """What has a say in the direction."""
        return "".join(run.text if run.kind == "words" else " " for run in self.runs)

    @property
    def is_rtl(self) -> bool:
        return self.style != "Code" and dominant_direction(self.words) == "rtl"


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` hold the runs of cells, the headings first; every row gets as many cells as the first one has.
    The first column is where the dominant script begins.
    """

    rows: tuple[tuple[tuple[Run, ...], ...], ...]

    @property
    def is_rtl(self) -> bool:
        words = (Paragraph(cell).words for row in self.rows for cell in row)
        return dominant_direction("\n".join(words)) == "rtl"


Block: TypeAlias = Paragraph | Table


def plain(text: str, style: Style = "Normal") -> Paragraph:
    """Return a paragraph of words of one look."""
    return Paragraph((Run(text),), style)


def document(blocks: Iterable[Block]) -> bytes:
    """Return the file."""
    blocks = tuple(blocks)
    links = {href: f"rId{number}" for number, href in enumerate(sorted(_hrefs(blocks)), start=2)}
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(_relation("rId1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(
            _relation("rId1", "styles", "styles.xml"),
            *(_relation(name, "hyperlink", href, mode="External") for href, name in links.items()),
        ),
        "word/styles.xml": _styles(),
        "word/document.xml": _body(blocks, links),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, _XML + text)
    return file.getvalue()


Links = Mapping[str, str]  # the name in the file of each address


def _hrefs(blocks: Iterable[Block]) -> set[str]:
    paragraphs = (block for block in blocks if isinstance(block, Paragraph))
    cells = (cell for block in blocks if isinstance(block, Table) for row in block.rows for cell in row)
    lines = [*(paragraph.runs for paragraph in paragraphs), *cells]
    return {run.href for runs in lines for run in runs if run.href}


def _body(blocks: Iterable[Block], links: Links) -> str:
    section = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:bidi/></w:sectPr>'
    written = "".join(
        _table(block, links) if isinstance(block, Table) else _paragraph(block, links) for block in blocks
    )
    return f'<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"><w:body>{written}{section}</w:body></w:document>'


def _table(table: Table, links: Links) -> str:
    columns = len(table.rows[0])
    bidi = "<w:bidiVisual/>" if table.is_rtl else ""
    properties = (
        f'<w:tblPr>{bidi}<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>'
    )
    grid = f"<w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>"
    heading, *others = (
        _cells(row, columns, "Normal" if index else "TableHeading", links)
        for index, row in enumerate(table.rows)
    )
    rows = "".join(f"<w:tr>{cells}</w:tr>" for cells in others)
    return f"<w:tbl>{properties}{grid}<w:tr><w:trPr><w:tblHeader/></w:trPr>{heading}</w:tr>{rows}</w:tbl>"


def _cells(row: Sequence[tuple[Run, ...]], columns: int, style: Style, links: Links) -> str:
    cells = [*row, *[()] * columns][:columns]
    return "".join(f"<w:tc>{_CELL}{_paragraph(Paragraph(cell, style), links)}</w:tc>" for cell in cells)


def _paragraph(paragraph: Paragraph, links: Links) -> str:
    bidi = "<w:bidi/>" if paragraph.is_rtl else ""
    properties = f'<w:pPr><w:pStyle w:val="{paragraph.style}"/>{bidi}{_indent(paragraph)}</w:pPr>'
    runs = "".join(_linked(run, links, is_rtl=paragraph.is_rtl) for run in paragraph.runs)
    return f"<w:p>{properties}{runs}</w:p>"


def _indent(paragraph: Paragraph) -> str:
    level = paragraph.level + (paragraph.style == "Quote")
    if not level:
        return ""
    is_item = paragraph.style == "ListParagraph" and _ITEM.match(paragraph.runs[0].text)
    hanging = f' w:hanging="{_HANGING}"' if is_item else ""
    return f'<w:ind w:start="{_INDENT * level}"{hanging}/>'


def _linked(run: Run, links: Links, *, is_rtl: bool) -> str:
    written = "".join(_run(part, is_rtl=part_is_rtl) for part, part_is_rtl in _parts(run, is_rtl=is_rtl))
    return f'<w:hyperlink r:id="{links[run.href]}">{written}</w:hyperlink>' if run.href else written


def _parts(run: Run, *, is_rtl: bool) -> Iterator[tuple[Run, bool]]:
    """Yield what a run is in Word, and whether from right to left: Word orders and shapes each part by what
    it is told, not by its letters.
    """
    written = _UNWRITABLE.sub("", run.text)
    if not is_rtl or run.kind != "words":
        yield replace(run, text=written), False
        return
    for part_is_rtl, text in _joined(_directed(written)):
        yield replace(run, text=text), part_is_rtl


def _directed(text: str) -> Iterator[tuple[bool, str]]:
    for piece in pieces_of(text, is_citation=lambda _number: False):
        if piece.kind in _LEFT_TO_RIGHT:
            yield False, f"`{piece.text}`" if piece.kind == "code" else piece.text
            continue
        at = 0
        for latin in _LATIN.finditer(piece.text):
            yield True, piece.text[at : latin.start()]
            yield False, latin.group()
            at = latin.end()
        yield True, piece.text[at:]


def _joined(parts: Iterable[tuple[bool, str]]) -> Iterator[tuple[bool, str]]:
    for is_rtl, together in groupby((part for part in parts if part[1]), key=itemgetter(0)):
        yield is_rtl, "".join(text for _is_rtl, text in together)


def _run(run: Run, *, is_rtl: bool) -> str:
    if not run.text:
        return ""
    looks = (
        (
            run.kind in _FONTS,
            '<w:rFonts w:ascii="{0}" w:hAnsi="{0}" w:cs="{0}"/>'.format(_FONTS.get(run.kind)),
        ),
        (run.is_bold, "<w:b/><w:bCs/>"),
        (run.is_slanted, "<w:i/><w:iCs/>"),
        (run.is_struck, "<w:strike/>"),
        (run.href, '<w:color w:val="0B6863"/><w:u w:val="single"/>'),
        (is_rtl, '<w:rtl/><w:lang w:bidi="he-IL"/>'),
    )
    look = "".join(written for is_so, written in looks if is_so)
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in run.text.split("\n")]
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


def _relations(*relations: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>'


def _relation(name: str, kind: str, target: str, *, mode: str = "Internal") -> str:
    where = quoteattr(_UNWRITABLE.sub("", target))
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target={where} TargetMode="{mode}"/>'
