"""Files as offices really have them: merged headers, tables in tables, footnotes, letters of old programs."""

import io
import re
import zipfile
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from pptx.util import Inches

from retrieval.errors import DocumentTooComplexError
from retrieval.extract.readers import read_file
from tests.retrieval.test_formats import saved, zipped

LEAVE = (
    "ימי חופשה לשנת 2026\n\n"
    "| ותק | משרה מלאה | משרה חלקית |\n|---|---|---|\n| 1–3 | 15 | 8 |\n| 4–6 | 18 | 9 |"
)
PHONES = (
    "| מחלקה | שם | שלוחה |\n|---|---|---|\n"
    "| שכר | דנה | 2120 |\n| שכר | יוסי | 2121 |\n| רכש | מאיה | 2300 |"
)


def workbook() -> Any:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "חופשה"
    for row in (
        ["ימי חופשה לשנת 2026", None, None],
        ["ותק", "משרה", None],
        [None, "מלאה", "חלקית"],
        ["1–3", 15, 8],
        ["4–6", 18, 9],
    ):
        sheet.append(row)
    for cells in ("A1:C1", "A2:A3", "B2:C2"):
        sheet.merge_cells(cells)
    return book


def test_a_merged_header_names_every_column_that_it_stands_over() -> None:
    assert read_file(saved(workbook()), "a.xlsx").text == f"## חופשה\n\n{LEAVE}"


def test_a_merged_label_belongs_to_every_row_beside_it() -> None:
    book: Any = openpyxl.Workbook()
    book.active.title = "טלפונים"
    rows = (["מחלקה", "שם", "שלוחה"], ["שכר", "דנה", 2120], [None, "יוסי", 2121], ["רכש", "מאיה", 2300])
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    assert read_file(saved(book), "a.xlsx").text == f"## טלפונים\n\n{PHONES}"


def test_a_title_above_a_table_is_not_its_header() -> None:
    data = "טלפונים של המרכז,,\nמחלקה,שם,שלוחה\nשכר,דנה,2120\nשכר,יוסי,2121\nרכש,מאיה,2300".encode("cp1255")
    assert read_file(data, "a.csv").text == f"טלפונים של המרכז\n\n{PHONES}"


def test_a_row_that_only_a_wide_cell_makes_look_like_a_header_stays_a_row() -> None:
    book: Any = openpyxl.Workbook()
    book.active.title = "א"
    for row in (["שם", "פרטים", None], ["דנה", 2120, "בוקר"], ["יוסי", 2121, "ערב"]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    assert read_file(saved(book), "a.xlsx").text.endswith(
        "| שם | פרטים | פרטים |\n|---|---|---|\n| דנה | 2120 | בוקר |\n| יוסי | 2121 | ערב |"
    )


def leave_in_word() -> Any:
    document = docx.Document()
    table = document.add_table(rows=5, cols=3)
    cells = (
        ("ימי חופשה לשנת 2026", "", ""),
        ("ותק", "משרה", ""),
        ("", "מלאה", "חלקית"),
        ("1–3", "15", "8"),
        ("4–6", "18", "9"),
    )
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for first, last in (((0, 0), (0, 2)), ((1, 0), (2, 0)), ((1, 1), (1, 2))):
        table.cell(*first).merge(table.cell(*last))
    return document


def test_merged_cells_of_word_and_slides_are_read_like_those_of_a_workbook() -> None:
    assert read_file(saved(leave_in_word()), "a.docx").text == LEAVE
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = slide.shapes.add_table(5, 3, Inches(1), Inches(1), Inches(4), Inches(2)).table
    for row, line in enumerate(LEAVE.split("\n")[2:]):
        texts = [each.strip() for each in line.strip("|").split("|")]
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(0, 1).text, table.cell(0, 2).text = "משרה", ""
    table.cell(1, 0).text, table.cell(1, 1).text, table.cell(1, 2).text = "", "מלאה", "חלקית"
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(4, 0).text, table.cell(4, 1).text, table.cell(4, 2).text = "7–9", "21", "11"
    found = read_file(saved(presentation), "a.pptx").text
    assert found.startswith("| ותק | משרה מלאה | משרה חלקית |\n|---|---|---|\n")


def test_cells_of_a_page_that_cover_others_leave_each_value_below_its_header() -> None:
    page = """<table><tr><th colspan=3>ימי חופשה לשנת 2026</th></tr>
      <tr><th rowspan=2>ותק</th><th colspan=2>משרה</th></tr><tr><th>מלאה</th><th>חלקית</th></tr>
      <tr><td>1–3<td>15<td>8</tr><tr><td>4–6<td>18<td>9</tr></table>"""
    assert read_file(page.encode(), "a.html").text == LEAVE


@pytest.mark.parametrize("span", ["0", "-1", "99999999999", "שלוש", ""])
def test_a_span_that_is_none_hurts_nobody(span: str) -> None:
    page = f"<table><tr><td colspan='{span}' rowspan='{span}'>ותק<td>ימים</tr><tr><td>1<td>15</tr></table>"
    assert "ימים" in read_file(page.encode(), "a.html").text


def test_a_table_in_a_table_is_read_once_and_keeps_its_own_columns() -> None:
    document = docx.Document()
    outer = document.add_table(rows=2, cols=2)
    for row, texts in zip(outer.rows, (("נושא", "פירוט"), ("מכסות", "ראו טבלה")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    inner = outer.cell(1, 1).add_table(rows=2, cols=2)
    for row, texts in zip(inner.rows, (("ותק", "ימים"), ("1–3", "15")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    page = """<table><tr><td>נושא<td>פירוט</tr><tr><td>מכסות<td>ראו טבלה
      <table><tr><td>ותק<td>ימים</tr><tr><td>1–3<td>15</tr></table></tr></table>"""
    expected = "| נושא | פירוט |\n|---|---|\n| מכסות | ראו טבלה |\n\n| ותק | ימים |\n|---|---|\n| 1–3 | 15 |"
    for data, name in ((saved(document), "a.docx"), (page.encode(), "a.html")):
        assert re.sub("\n{3,}", "\n\n", read_file(data, name).text) == expected


def test_a_footnote_stands_where_it_is_called() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("המכסה היא 18 ימים")
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "2")
    paragraph.add_run()._r.append(reference)
    paragraph.add_run(" לכל עובד.")
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    notes = f"""<w:footnotes xmlns:w="{namespace}">
      <w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>
      <w:footnote w:id="2"><w:p><w:r><w:t>במשרה מלאה בלבד.</w:t></w:r></w:p></w:footnote></w:footnotes>"""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert read_file(saved(document), "a.docx").text == "המכסה היא 18 ימים (במשרה מלאה בלבד.) לכל עובד."


def test_what_stands_at_the_head_and_foot_of_pages_is_read_once_without_their_numbers() -> None:
    document = docx.Document()
    document.add_heading("נוהל חופשה", 1)
    document.add_paragraph(BODY)
    section = document.sections[0]
    section.header.paragraphs[0].text = 'אופק בע"מ\tמהדורה 4'
    section.header.add_table(1, 2, Cm(10)).cell(0, 0).text = "נוהל מס' 12-04"
    section.footer.paragraphs[0].text = "לשאלות: 03-5550100 | עמוד 1 מתוך 3"
    section.footer.add_paragraph("- 2 -")
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = 'אופק בע"מ\tמהדורה 4'
    found = read_file(saved(document), "a.docx")
    assert [line for line in found.text.split("\n") if line] == [
        'אופק בע"מ מהדורה 4',
        "נוהל מס' 12-04",
        "# נוהל חופשה",
        BODY,
        "לשאלות: 03-5550100",
    ]
    assert found.title == "נוהל חופשה"


SUBJECT, BODY = "עדכון נוהל", "לכל עובד מגיעים 18 ימי חופשה בשנה."


def raw_letter(charset: str | None, encoding: str) -> bytes:
    """Return a letter as old programs write it: eight bits, and a character set of their own naming."""
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    return (
        b"From: hr@example.com\r\nSubject: " + SUBJECT.encode(encoding) + b"\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: "
        + kind.encode()
        + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + BODY.encode(encoding)
    )


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("windows-1255", "cp1255"),
        ("x-windows-1255", "cp1255"),
        ("iso-8859-8-i", "iso-8859-8"),
        ("ISO-8859-8-E", "iso-8859-8"),
        ("unknown-8bit", "cp1255"),
        ("us-ascii", "cp1255"),
        (None, "cp1255"),
        (None, "utf-8"),
        ("utf-8", "cp1255"),
    ],
)
def test_a_letter_is_read_whatever_its_program_calls_hebrew(charset: str | None, encoding: str) -> None:
    found = read_file(raw_letter(charset, encoding), "a.eml")
    assert (found.title, found.text.split("\n")[-1]) == (SUBJECT, BODY)


def test_a_letter_in_the_order_of_display_is_put_in_the_order_of_reading() -> None:
    kind = b"From: hr@example.com\r\nSubject: x\r\nContent-Type: text/plain; charset=iso-8859-8\r\n\r\n"
    shown = BODY[::-1].replace("81", "18").encode("iso-8859-8")
    assert read_file(kind + shown, "a.eml").text.split("\n")[-1] == BODY


def test_hebrew_names_in_archives_of_windows_are_names() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("aaaa.txt", BODY)
    data = target.getvalue().replace(b"aaaa.txt", "נוהל.txt".encode("cp862"))
    assert read_file(data, "a.zip").text == f"# נוהל\n\n{BODY}"
    assert read_file(zipped({"נוהל.txt": BODY.encode()}), "a.zip").text == f"# נוהל\n\n{BODY}"


def test_a_workbook_whose_merged_cells_cover_one_another_without_end_is_refused() -> None:
    book = workbook()
    for _row in range(2000):
        book.active.append(list(range(60)))
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(book))) as before,
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name).replace(
                b"<mergeCell ", b'<mergeCell ref="A1:BH2005"/>' * 30 + b"<mergeCell "
            )
            after.writestr(name, content)
    with pytest.raises(DocumentTooComplexError):
        read_file(data.getvalue(), "a.xlsx")
