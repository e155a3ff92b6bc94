"""What is read of each kind of file: its words and its structure."""

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from pptx.util import Inches

from config.kernel.errors import DomainError
from retrieval.extract import kind_of
from retrieval.extract.readers import read_file
from retrieval.units import units_of
from tests.retrieval.made_files import locked_pdf, sheet_of

SENTENCE = "לכל עובד מגיעים 18 ימי חופשה בשנה."
TABLE = "| ותק | ימים |\n|---|---|\n| 1–3 | 15 |\n| 4–6 | 18 |"


def saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


def word_document() -> bytes:
    document = docx.Document()
    document.add_heading("נוהל חופשה", 1)
    document.add_paragraph(SENTENCE)
    document.add_heading("צבירה", 2)
    for item in ("עד 10 ימים", "עד סוף מרץ"):
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(rows=0, cols=2)
    for cells in (("ותק", "ימים"), ("1–3", "15"), ("4–6", "18")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("סוף.")
    return saved(document)


def test_a_word_document_keeps_headings_lists_and_tables_in_order() -> None:
    found = read_file(word_document(), "a.docx")
    assert found.text == (
        f"# נוהל חופשה\n\n{SENTENCE}\n\n## צבירה\n\n- עד 10 ימים\n- עד סוף מרץ\n\n{TABLE}\n\n\nסוף."
    )
    assert found.title == "נוהל חופשה"


def hide(element: Any, value: str = "1") -> None:
    properties = element.get_or_add_rPr()
    properties.append(properties.makeelement(qn("w:vanish"), {qn("w:val"): value}))


def test_hidden_text_of_a_word_document_is_left_out() -> None:
    document = docx.Document()
    styles = document.styles
    secret = styles.add_style("סודי", WD_STYLE_TYPE.CHARACTER)
    hide(secret.element)
    below = styles.add_style("סודי מאוד", WD_STYLE_TYPE.CHARACTER)
    below.base_style = secret
    whole = styles.add_style("טיוטה", WD_STYLE_TYPE.PARAGRAPH)
    hide(whole.element)
    paragraph = document.add_paragraph(SENTENCE)
    hide(paragraph.add_run(" נסתר")._r)
    hide(paragraph.add_run(" גלוי.")._r, "0")
    paragraph.add_run(" סוד", style=secret)
    paragraph.add_run(" סוד", style=below)
    hide(document.add_paragraph("סוד בפסקה, ", style=whole).add_run("וגלוי.")._r, "false")
    hide(document.sections[0].header.paragraphs[0].add_run("סוד בכותרת")._r)
    assert read_file(saved(document), "a.docx").text == f"{SENTENCE} גלוי.\n\nוגלוי."


def test_slides_are_pages() -> None:
    presentation = pptx.Presentation()
    for title, lines in (("חופשה", "שורה ראשונה\nשורה שניה"), ("מחלה", SENTENCE)):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = lines
    shape = presentation.slides[1].shapes.add_table(3, 2, Inches(1), Inches(5), Inches(4), Inches(1))
    for row, cells in enumerate((("ותק", "ימים"), ("1–3", "15"), ("4–6", "18"))):
        for column, text in enumerate(cells):
            shape.table.cell(row, column).text = text
    presentation.slides[0].notes_slide.notes_text_frame.text = "להזכיר את המועד."
    found = read_file(saved(presentation), "a.pptx")
    first, second = (found.text[start:] for start in found.pages)
    assert first.startswith("## חופשה\n\n- שורה ראשונה\n- שורה שניה\n\nלהזכיר את המועד.\n\n## מחלה")
    assert second == f"## מחלה\n\n{SENTENCE}\n\n{TABLE}"


def test_a_workbook_is_a_table_for_each_sheet_that_is_shown() -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    shown = book.create_sheet("מכסות")
    for row in (("ותק", None, "ימים"), ("1–3", None, 15), ("4–6", None, 18.0)):
        shown.append(row)
    book.create_sheet("סוד").append(["מוסתר"])
    book["סוד"].sheet_state = "hidden"
    assert read_file(saved(book), "a.xlsx").text == f"## מכסות\n\n{TABLE}"


def test_a_page_keeps_what_a_browser_shows() -> None:
    page = f"""<html><head><title>נוהל חופשה</title><style>p {{}}</style></head><body>
      <nav>תפריט</nav><h1>חופשה</h1><p>{SENTENCE}</p><ul><li>עד <b>10</b> ימים</li><li>עד סוף מרץ</li></ul>
      <table><tr><th>ותק<th>ימים</tr><tr><td>1–3<td>15</tr><tr><td>4–6<td>18</tr></table>
      <p hidden>סוד</p><p style="display: none">סוד</p><script>סוד()</script>סוף.</body></html>"""
    found = read_file(page.encode(), "a.html")
    assert found.text == (f"# חופשה\n\n{SENTENCE}\n\n- עד 10 ימים\n- עד סוף מרץ\n\n{TABLE}\n\nסוף.")
    assert found.title == "נוהל חופשה"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1255"])
def test_comma_separated_values_are_a_table(separator: str, encoding: str) -> None:
    rows = [("ותק", "ימים"), ("1–3", "15"), ("4–6", "18")]
    data = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    assert read_file(data, "a.csv").text == TABLE


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "עדכון נוהל", "hr@example.com", "all@example.com"
    message.set_content(SENTENCE)
    message.add_alternative(f"<p>{SENTENCE}</p>", subtype="html")
    return message


def test_a_letter_comes_with_its_attachments() -> None:
    message = letter()
    message.add_attachment(
        word_document(), maintype="application", subtype="octet-stream", filename="נוהל.docx"
    )
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="run.exe")
    found = read_file(message.as_bytes(), "a.eml")
    assert found.title == "עדכון נוהל"
    assert found.text.startswith(f"# עדכון נוהל\nמאת: hr@example.com\nאל: all@example.com\n\n{SENTENCE}")
    assert "# נוהל.docx\n\n## נוהל חופשה" in found.text
    assert found.text.endswith("# run.exe")


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("Tue, 10 Feb 2026 09:00:00 +0200", "10.2.2026 09:00"),
        ("Sun, 1 Nov 2026 18:30:00 -0000", "1.11.2026 18:30"),
        ("אתמול", "אתמול"),
    ],
)
def test_the_date_of_a_letter_is_written_as_hebrew_writes_it(sent: str, written: str) -> None:
    data = f"Subject: a\nFrom: a@example.com\nDate: {sent}\n\nb".encode()
    assert f"\nתאריך: {written}\n" in read_file(data, "a.eml").text


def test_what_a_letter_says_of_itself_is_not_quoted() -> None:
    message = letter()
    message["Date"] = "Tue, 10 Feb 2026 09:00:00 +0200"
    text = read_file(message.as_bytes(), "a.eml").text
    quoted = [(unit.heading, text[unit.start : unit.end]) for unit in units_of(text)]
    assert quoted == [("עדכון נוהל", SENTENCE)]


def test_an_archive_is_its_documents_below_their_names() -> None:
    members = {
        "תיקיה/א.txt": SENTENCE.encode(),
        "ב.docx": word_document(),
        "__MACOSX/._א.txt": b"\x00\x01",
        "תיקיה/Thumbs.db": b"\x00\x01",
        "דואר.eml": letter().as_bytes(),
    }
    found = read_file(zipped(members), "a.zip")
    text = found.text
    assert text.startswith(f"# א\n\n{SENTENCE}\n\n# נוהל חופשה\n\n## נוהל חופשה")
    assert "# עדכון נוהל\n\n## עדכון נוהל\nמאת:" in text
    assert "Thumbs" not in text
    assert found.concern == ""


def test_an_archive_names_the_files_that_cannot_be_read_and_is_looked_at() -> None:
    members = {"run.exe": b"MZ", "א.txt": SENTENCE.encode(), "ב/חוזה.pdf": locked_pdf()}
    found = read_file(zipped(members), "a.zip")
    assert found.text == f"# א\n\n{SENTENCE}\n\n# run.exe\n\n# חוזה.pdf"
    assert found.concern == "files_left_out"
    assert units_of(found.text)[-1].heading == "א"


def test_an_archive_has_the_doubts_of_its_documents() -> None:
    rows = {"סכום.xlsx": sheet_of('<row r="1"><c r="A1"><f>1+1</f></c></row>')}
    assert read_file(zipped(rows), "a.zip").concern == "formulas_not_computed"


def test_names_that_lead_out_of_an_archive_are_names_and_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    names = (
        "../../up.txt",
        f"{tmp_path}/absolute.txt",
        "C:\\Windows\\drive.txt",
        "..\\..\\back.txt",
        "D:here.txt",
    )
    text = read_file(zipped({name: SENTENCE.encode() for name in names}), "a.zip").text
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == ["# up", "# absolute", "# drive", "# back", "# here"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "iso-8859-8", "cp1255"])
def test_hebrew_text_is_read_in_old_and_unmarked_encodings(encoding: str) -> None:
    assert read_file(SENTENCE.encode(encoding), "a.txt").text == SENTENCE


def test_a_text_that_is_kept_as_it_looks_is_put_in_the_order_of_reading() -> None:
    seen = ["םידבועה לכל השפוח להונ", "(1.1.2026 םוימ ףקותב) הנשב םימי 18 םיעיגמ דבוע לכל"]
    found = read_file("\n".join(seen).encode("iso-8859-8"), "a.txt")
    assert found.text.splitlines() == [
        "נוהל חופשה לכל העובדים",
        "לכל עובד מגיעים 18 ימים בשנה (בתוקף מיום 1.1.2026)",
    ]


@pytest.mark.parametrize(
    ("filename", "code"),
    [
        ("a.docx", "document_type_mismatch"),
        ("a.pdf", "document_type_mismatch"),
        ("a.zip", "document_type_mismatch"),
    ],
)
def test_a_file_is_what_its_name_and_its_bytes_say(filename: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        kind_of(SENTENCE.encode(), filename=filename)
    assert refusal.value.code == code
