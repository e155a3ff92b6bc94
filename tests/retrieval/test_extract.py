"""What can be read of a file, and what is refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import DocumentEmptyError, DocumentNotTextError, UnsupportedDocumentTypeError
from retrieval.extract import extract

HEBREW = "נוהל חופשה: 12 ימים בשנה."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1255"])
def test_hebrew_is_read_in_its_usual_encodings(encoding: str) -> None:
    assert extract(HEBREW.encode(encoding), filename="נוהל.txt").text == HEBREW


def test_the_old_code_page_keeps_niqqud() -> None:
    assert extract("שָׁלוֹם לכולם".encode("cp1255"), filename="a.txt").text == "שָׁלוֹם לכולם"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 looks like text at first",
        b"PK\x03\x04word/document.xml",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        bytes(range(256)) * 20,
        b"\x00\x01\x02\x03abc" * 50,
        "naïve façade déjà vu, Müller größer".encode("latin-1"),
        b"\xff\xfe\x00",
    ],
    ids=["pdf", "zip", "image", "bytes", "controls", "another code page", "cut UTF-16"],
)
def test_what_is_not_text_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(DocumentNotTextError):
        extract(data, filename="document.txt")


@pytest.mark.parametrize("data", [b"", b"  \n\t", b"\x00\x00", b"--- ... !!!", "\ufeff\u200f\u202e".encode()])
def test_nothing_to_read_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentEmptyError):
        extract(data, filename="document.md")


@pytest.mark.parametrize("filename", ["report.doc", "report.rtf", "run.exe", "noextension"])
def test_other_types_are_refused(filename: str) -> None:
    with pytest.raises(UnsupportedDocumentTypeError):
        extract(HEBREW.encode(), filename=filename, mime="application/octet-stream")


def test_without_a_suffix_the_declared_type_counts() -> None:
    assert extract(HEBREW.encode(), filename="notes", mime="text/plain; charset=utf-8").text == HEBREW


def test_control_characters_and_direction_marks_are_left_out() -> None:
    found = extract("נוהל\u202e הפוך\u202c\u200f\r\nשורה\x0c\u2067שניה".encode(), filename="a.txt")
    assert found.text == "נוהל הפוך\nשורה\nשניה"


def test_markdown_tells_its_title_and_category() -> None:
    data = '---\ntitle: "נוהל חופשה"\ncategory: hr\n---\n# אחרת\n\nתוכן.'
    found = extract(data.encode(), filename="a.md")
    assert (found.title, found.category, found.text) == ("נוהל חופשה", "hr", "# אחרת\n\nתוכן.")


def test_the_first_heading_is_the_title_of_a_markdown_file() -> None:
    assert extract("# נוהל חופשה #\n\nתוכן.".encode(), filename="a.md").title == "נוהל חופשה"


def test_a_line_of_dashes_is_no_front_matter() -> None:
    text = "---\nסתם טקסט\n---\nועוד"
    assert extract(text.encode(), filename="a.md").text == text


def test_a_json_document_gives_title_category_and_text() -> None:
    data = json.dumps({"title": "נוהל", "domain": "it", "text": "שורה\r\nשניה\u0000"}).encode()
    found = extract(data, filename="a.json")
    assert (found.title, found.category, found.text) == ("נוהל", "it", "שורה\nשניה")


def test_any_other_json_is_read_out_line_by_line() -> None:
    data = json.dumps({"טלפונים": {"מוקד": 4400, "ביטחון": [100, 101]}, "פעיל": True, "ריק": None})
    assert extract(data.encode(), filename="a.json").text.splitlines() == [
        "טלפונים › מוקד: 4400",
        "טלפונים › ביטחון: 100",
        "טלפונים › ביטחון: 101",
        "פעיל: True",
    ]


@pytest.mark.parametrize("data", [b"{", b"[" * 100_000, b"nonsense"])
def test_broken_json_is_not_text(data: bytes) -> None:
    with pytest.raises(DocumentNotTextError):
        extract(data, filename="a.json")


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.json"]))
def test_any_bytes_are_read_or_refused(data: bytes, filename: str) -> None:
    with suppress(DocumentEmptyError, DocumentNotTextError):
        assert extract(data, filename=filename).text.strip()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# נוהל אחזקה\n\nהמעלית נבדקת.", "נוהל אחזקה"),
        ("נוהל אחזקה\n\nהמעלית נבדקת.", "נוהל אחזקה"),
        ("המעלית נבדקת בכל חודש.\n\nוגם הדלת.", ""),
        ("- המעלית\n\nנבדקת", ""),
        ("נוהל אחזקה\nהמעלית נבדקת.", ""),
        ("סתם שורה", ""),
    ],
)
def test_plain_text_has_the_title_that_stands_above_it(text: str, title: str) -> None:
    assert extract(text.encode(), filename="scan-0042.txt").title == title
