"""Lists of Word documents and pages: each item under the number that the reader of the file sees."""

from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from retrieval.extract.readers import read_file
from tests.retrieval.test_formats import saved


def test_numbered_lists_of_a_word_document_keep_their_numbers() -> None:
    document = docx.Document()
    for text, style in (
        ("מכבים", "List Number"),
        ("מחכים", "List Number"),
        ("דקה", "List Bullet 2"),
        ("מנקים", "List Number"),
        ("סוף.", "Normal"),
        ("כפפות", "List Bullet"),
    ):
        document.add_paragraph(text, style=style)
    assert read_file(saved(document), "a.docx").text == (
        "1. מכבים\n2. מחכים\n  - דקה\n3. מנקים\n\nסוף.\n\n- כפפות"
    )


def numbered(*levels: tuple[str, str, int]) -> Any:
    """Return a document whose lists have these levels: form, text and start; the second starts at 7."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text, start) in enumerate(levels)
    )
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    for tag in (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{inner}</w:abstractNum>',
        f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>',
        f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/>{again}</w:num>',
    ):
        numbering.append(parse_xml(tag))
    return document


def add_item(document: Any, text: str, level: int = 0, number: int = 90) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def test_levels_and_starts_of_a_word_list_are_counted_as_word_counts_them() -> None:
    document = numbered(("decimal", "%1.", 3), ("decimal", "%1.%2.", 1), ("hebrew1", "%3.", 1))
    for text, level in (("א", 0), ("ב", 1), ("ג", 2), ("ד", 2), ("ה", 1), ("ו", 0), ("ז", 1)):
        add_item(document, text, level)
    add_item(document, "ח", number=91)
    add_item(document, "ט", number=91)
    assert read_file(saved(document), "a.docx").text.splitlines() == [
        "3. א",
        "  - 3.1. ב",
        "    א. ג",
        "    ב. ד",
        "  - 3.2. ה",
        "4. ו",
        "  - 4.1. ז",
        "7. ח",
        "8. ט",
    ]


@pytest.mark.parametrize(
    ("form", "text", "marks"),
    [
        ("hebrew1", "%1.", ["- טו.", "- טז."]),
        ("lowerLetter", "%1)", ["o)", "p)"]),
        ("upperRoman", "%1.", ["- XV.", "- XVI."]),
        ("decimal", "סעיף %1:", ["- סעיף 15:", "- סעיף 16:"]),
        ("bullet", "•", ["-", "-"]),
    ],
)
def test_marks_that_markdown_does_not_count_with_stand_behind_a_bullet(
    form: str, text: str, marks: list[str]
) -> None:
    document = numbered((form, text, 15))
    for word in ("ראשון", "שני"):
        add_item(document, word)
    assert read_file(saved(document), "a.docx").text == f"{marks[0]} ראשון\n{marks[1]} שני"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<ol><li>א<li>ב</ol>", "1. א\n2. ב"),
        ('<ol start="4"><li>א<li value="9">ב<li>ג</ol>', "4. א\n9. ב\n10. ג"),
        ("<ol reversed><li>א<li>ב</ol>", "2. א\n1. ב"),
        ("<ol><li>א<ul><li>ב<ol><li>ג</ol></ul><li>ד</ol>", "1. א\n  - ב\n    1. ג\n2. ד"),
        ("<ol><li><p>א</p><p>ב</p></li><li>ג</li></ol>", "1. א\n\nב\n\n2. ג"),
        ('<ol start="x"><li>א</ol>', "1. א"),
    ],
)
def test_numbered_lists_of_a_page_keep_their_numbers(page: str, text: str) -> None:
    assert read_file(f"<html><body>{page}</body></html>".encode(), "a.html").text == text
