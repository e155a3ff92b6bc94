"""Hebrew PDFs of several producers, in both orders of keeping: the words as they were written.

The documents in `data/pdf` are made by `bench/hebrew_pdfs.py --write-samples`; without it that program
measures the whole corpus.
"""

import json
from pathlib import Path

import pytest

from retrieval.extract.readers import read_file
from retrieval.extract.types import Extracted
from retrieval.extract.visual_order import read_display, repaired, votes_of
from tests.retrieval.pdf_score import Score, score

SAMPLES = Path(__file__).parent / "data" / "pdf"
PRODUCERS = ("chromium", "libreoffice", "reportlab-display-order", "reportlab-logical-order", "fpdf2")
BOUNDS = Score(words=0.99, pairs=0.97, reversed_words=0)


def read(producer: str) -> Extracted:
    return read_file((SAMPLES / f"{producer}.pdf").read_bytes(), "a.pdf")


@pytest.mark.parametrize("producer", PRODUCERS)
def test_words_arrive_whole_and_in_order(producer: str) -> None:
    truth = json.loads((SAMPLES / "words.json").read_text(encoding="utf-8"))
    found = score(truth, read(producer).text)
    assert found.is_within(BOUNDS), found


@pytest.mark.parametrize("producer", PRODUCERS)
def test_numbers_addresses_and_brackets_keep_their_sense(producer: str) -> None:
    text = read(producer).text
    for words in (
        "hr@example.co.il או להתקשר אל 03-5551234",
        "https://portal.example.co.il/forms/12",
        '"בקשות" (כניסה',
        '1,250.50 ₪ לפני מע"מ',
        "(18%)",
        "22/11/2026 ובתוקף עד 31.12.2028, לפי סעיף 4(ב) לתקנון.",
        "18-22 מעלות",
        "[ראו נספח א]",
    ):
        assert words in text


@pytest.mark.parametrize("producer", PRODUCERS)
def test_headings_and_pages_are_kept(producer: str) -> None:
    found = read(producer)
    assert found.title == "שורות מעורבות"
    assert producer == "libreoffice" or "\n## מבקרים\n" in found.text  # where only bold type marks it
    assert found.pages[0] == 0
    assert list(found.pages) == sorted(found.pages)
    assert len(found.pages) > 1
    assert found.concern == ""


@pytest.mark.parametrize("producer", ["chromium", "libreoffice"])
def test_rows_of_a_table_stay_rows_with_their_header_first(producer: str) -> None:
    rows = [line for line in read(producer).text.splitlines() if line.startswith("|")]
    assert rows[0] == "| חדר | מקומות | ציוד |"
    assert set(rows[1]) == {"|", "-"}
    assert rows[2].startswith("| ארז (קומה 1) | 8 | ")


def test_rows_of_a_table_whose_cells_are_as_near_as_words_stay_rows() -> None:
    """What Chromium prints of a plain table without a width or lines."""
    rows = [line for line in read("narrow_table_chromium").text.splitlines() if line.startswith("|")]
    assert rows == [
        "| צבע | מצב | זמן פינוי |",
        "|---|---|---|",
        "| אדום | סכנת חיים | מיידי |",
        "| צהוב | בינוני | עד 4 שעות |",
        "| ירוק | קל | עד 12 שעות |",
        "| שחור | נפטר | אחרון |",
    ]


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("Windows 11 תנקתה", "התקנת Windows 11"),
        (".VPN-ב ךרוצ ןיא", "אין צורך ב-VPN."),
        ("(VPN) תיטרפ תשר", "רשת פרטית (VPN)"),
        ("972-3-555-1234+ :ןופלט", "טלפון: +972-3-555-1234"),
        ("₪ 1,500 דע 1,000", "1,000 עד 1,500 ₪"),
        ("3–1 ףיעס", "סעיף 1–3"),
        ("Zoom ,2310 החולש", "שלוחה 2310, Zoom"),
        (".Out of Office", "Out of Office."),
        ("Sicha 2.0 (beta) תסרג", "גרסת Sicha 2.0 (beta)"),
        ("English only (see note).", "English only (see note)."),
    ],
)
def test_a_line_is_read_as_it_was_meant(seen: str, meant: str) -> None:
    assert read_display(seen, page_is_hebrew=True) == meant


def test_an_english_line_keeps_its_direction_around_hebrew_words() -> None:
    seen = "The word םולש means peace, and הבר הדות means thank you very much."
    meant = "The word שלום means peace, and תודה רבה means thank you very much."
    assert read_display(seen, page_is_hebrew=False) == meant


def test_final_letters_tell_which_way_a_text_runs() -> None:
    assert votes_of("שלום לכולם, אין מקום").forwards == 4
    assert votes_of("םולש םלוכל, ןיא םוקמ").is_backwards
    assert votes_of("םולש םלוכל, ןיא םוקמ").is_doubtful
    assert not votes_of("נוהל חופשה").is_backwards


def test_a_text_that_reads_well_is_not_repaired() -> None:
    text = "אין צורך לתקן.\nהשלום כאן."
    assert repaired(text) == text


def test_lines_whose_font_leaves_more_room_are_no_headings() -> None:
    """A letter that Chromium printed: numbers and addresses come from another font than the words."""
    lines = read("letter_chromium").text.splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# נוהל פנייה למוקד",
        "## פרטי קשר",
        "## מענה",
    ]
    for line in ("טלפון: 03-5550100", "info@example.org", "*6789", "www.example.org/desk"):
        assert line in lines
