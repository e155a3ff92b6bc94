"""Hebrew PDFs of known words, by several producers: what `bench/hebrew_pdfs.py` measures the reader with.

Chromium and LibreOffice lay the text out themselves. ReportLab draws what it is given: once in display order,
as programs do that reorder before they draw, and once in logical order, which shows mirrored on paper.
"""

import html
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
WRAP_AT = 78

MIXED = """\
לשאלות אפשר לכתוב אל hr@example.co.il או להתקשר אל 03-5551234 בין השעות 08:30 ל-16:00.
הטופס נמצא בכתובת https://portal.example.co.il/forms/12 תחת "בקשות" (כניסה בהזדהות כפולה).
המחיר הוא 1,250.50 ₪ לפני מע"מ, כלומר 1,475.59 ₪ אחריו (18%).
ההסכם נחתם ביום 22/11/2026 ובתוקף עד 31.12.2028, לפי סעיף 4(ב) לתקנון.
את הקובץ Report_2026.xlsx שומרים בתיקיית Google Drive של הצוות.
הגרסה החדשה של Microsoft Teams מותקנת אוטומטית; אין צורך ב-VPN.
הטמפרטורה בחדר השרתים נשמרת בטווח 18-22 מעלות, ולא מעל 24.5.
מנהל/ת הפרויקט ימסור/תמסור דו"ח שבועי לסמנכ"ל הכספים.
העברה בנקאית (IBAN) תבוצע בתוך 30 ימים; תשלום בצ'ק אינו אפשרי.
בשלט הכניסה כתוב "בְּרוּכִים הַבָּאִים", ומתחתיו שעות הפתיחה.
קוד השגיאה 0x80070005 פירושו "אין הרשאה" [ראו נספח א].
""".splitlines()


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document: `kind` is h1, h2, h3, p, li or tr; a row has several cells."""

    kind: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Producer:
    name: str
    write: Callable[[Sequence[Block], Path], None]


def blocks() -> list[Block]:
    """Return the demo organisation's documents and the mixed lines, as blocks."""
    found = [Block("h1", ("שורות מעורבות",)), *(Block("p", (line,)) for line in MIXED)]
    for path in sorted((ROOT / "demo" / "documents").glob("*.md")):
        found += _markdown(path.read_text(encoding="utf-8").split("---\n", 2)[2])
    return found


def _markdown(text: str) -> Iterator[Block]:
    for line in text.splitlines():
        plain = re.sub(r"[*_`]", "", line).strip()
        if heading := re.match(r"(#{1,3}) (.+)", plain):
            yield Block(f"h{len(heading[1])}", (heading[2],))
        elif plain.startswith("|"):
            if "---" not in plain:
                yield Block("tr", tuple(cell.strip() for cell in plain.strip("|").split("|")))
        elif plain:
            yield Block("li" if re.match(r"(-|\d+\.) ", plain) else "p", (re.sub(r"^- ", "", plain),))


def words_of(some: Sequence[Block]) -> list[str]:
    return [word for block in some for cell in block.cells for word in cell.split()]


# -- Chromium
# --------------------------------------------------------------------------------------------------


STYLE = "body{font:12pt 'DejaVu Sans'}h1{font-size:20pt}h2{font-size:16pt}h3{font-size:14pt}"


def as_html(some: Sequence[Block]) -> str:
    parts: list[str] = []
    for kind, group in _grouped(some):
        tag = "td" if kind == "tr" else kind
        rows = ["".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in block.cells) for block in group]
        if kind == "tr":
            inner = "".join(f"<tr>{row}</tr>" for row in rows)
            parts.append(f"<table border=1 cellpadding=4>{inner}</table>")
        else:
            inner = "".join(rows)
            parts.append(f"<ul>{inner}</ul>" if kind == "li" else inner)
    head = f'<meta charset="utf-8"><style>{STYLE}</style>'
    return f'<!doctype html><html lang="he" dir="rtl">{head}<body>{"".join(parts)}</body></html>'


def _grouped(some: Sequence[Block]) -> Iterator[tuple[str, list[Block]]]:
    group: list[Block] = []
    for block in some:
        if group and group[0].kind != block.kind:
            yield group[0].kind, group
            group = []
        group.append(block)
    if group:
        yield group[0].kind, group


def by_chromium(some: Sequence[Block], target: Path) -> None:
    page = target.with_suffix(".html")
    page.write_text(as_html(some), encoding="utf-8")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    chromium = shutil.which("chromium") or "google-chrome"
    subprocess.run(
        [chromium, *arguments, f"--print-to-pdf={target}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=180,
    )


# -- LibreOffice
# -----------------------------------------------------------------------------------------------


def as_word(some: Sequence[Block], target: Path) -> None:
    """Write the blocks as a right-to-left Word document."""
    import docx  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    document = docx.Document()
    styles = {"p": None, "li": "List Bullet", "h1": "Heading 1", "h2": "Heading 2", "h3": "Heading 3"}
    for kind, group in _grouped(some):
        if kind == "tr":
            table: Any = document.add_table(
                rows=0, cols=max(len(block.cells) for block in group), style="Table Grid"
            )
            for block in group:
                for cell, text in zip(table.add_row().cells, block.cells, strict=False):
                    cell.text = text
            table._tbl.tblPr.append(table._tbl.tblPr.makeelement(qn("w:bidiVisual"), {}))
            continue
        for block in group:
            document.add_paragraph(block.cells[0], style=styles[kind])
    for element in document.element.body.iter(qn("w:p")):
        properties = element.get_or_add_pPr()
        properties.append(properties.makeelement(qn("w:bidi"), {}))
    for run in document.element.body.iter(qn("w:r")):
        run.get_or_add_rPr().append(run.makeelement(qn("w:rtl"), {}))
    document.save(str(target))


def by_libreoffice(some: Sequence[Block], target: Path) -> None:
    source = target.with_suffix(".docx")
    as_word(some, source)
    home = target.parent / "libreoffice-profile"
    office = shutil.which("soffice") or "soffice"
    arguments = [f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [office, *arguments, "--outdir", str(target.parent), str(source)],
        check=True,
        capture_output=True,
        timeout=240,
    )


# -- ReportLab
# -------------------------------------------------------------------------------------------------


def by_reportlab(
    some: Sequence[Block], target: Path, *, ordered: Callable[[str], str], most_pages: int = 10_000
) -> None:
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    pdfmetrics.registerFont(TTFont("dejavu", FONT))
    canvas = Canvas(str(target), pagesize=(595, 842))
    height, sizes = 780.0, {"h1": 18, "h2": 15, "h3": 13}
    for block in some:
        size = sizes.get(block.kind, 10)
        columns = len(block.cells)
        lines = [list(_wrapped(cell, WRAP_AT * 10 // size // columns)) for cell in block.cells]
        rows = max(map(len, lines))
        if height - rows * size * 1.4 < 50:
            if canvas.getPageNumber() == most_pages:
                break
            canvas.showPage()
            height = 780.0
        for column, cell in enumerate(lines):
            canvas.setFont("dejavu", size)
            for row, line in enumerate(cell):
                canvas.drawRightString(545 - column * 500 / columns, height - row * size * 1.4, ordered(line))
        height -= rows * size * 1.4 + 4
    canvas.save()


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def by_reportlab_in_display_order(some: Sequence[Block], target: Path) -> None:
    from bidi import get_display  # noqa: PLC0415

    by_reportlab(some, target, ordered=lambda line: str(get_display(line, base_dir="R")))


def by_reportlab_in_logical_order(some: Sequence[Block], target: Path) -> None:
    by_reportlab(some, target, ordered=lambda line: line)


def by_fpdf(some: Sequence[Block], target: Path) -> None:
    """fpdf2 reorders by itself, and mirrors brackets as it does."""
    from fpdf import FPDF  # noqa: PLC0415

    document = FPDF()
    document.add_font("dejavu", fname=FONT)
    document.set_text_shaping(use_shaping_engine=True)
    document.add_page()
    sizes = {"h1": 18, "h2": 15, "h3": 13}
    for block in some:
        size = sizes.get(block.kind, 10)
        document.set_font("dejavu", size=size)
        if len(block.cells) == 1:
            document.multi_cell(0, size * 0.55, block.cells[0], align="R", new_x="LMARGIN", new_y="NEXT")
            document.ln(2)
            continue
        for cell in reversed(block.cells):
            document.cell(190 / len(block.cells), 7, cell, align="R", border=1)
        document.ln(8)
    document.output(str(target))


PRODUCERS = (
    Producer("chromium", by_chromium),
    Producer("libreoffice", by_libreoffice),
    Producer("reportlab-display-order", by_reportlab_in_display_order),
    Producer("fpdf2", by_fpdf),
    Producer("reportlab-logical-order", by_reportlab_in_logical_order),
)
