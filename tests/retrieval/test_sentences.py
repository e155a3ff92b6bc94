"""Where a sentence ends: what an answer may quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sentences import quotes_of, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        'אישור סמנכ"ל הכספים נדרש לנסיעה לחו"ל.',
        "ריבית של 3.5 אחוז עד 03.04.2026 בלבד.",
        "יש לפנות אל hr@example.co.il או לאתר https://portal.example.co.il/forms.html לפני כן.",
        "הקובץ guide.v2.pdf נמצא בתיקייה.",
        "הטלפון של פרופ. כהן מופיע בעמ. 12 של המדריך.",
        "מספר ת.ז. של העובד וכן ו-ת.ד. 123 נמסרים בטופס.",
        'ד"ר מ. לוי אישרה את הבקשה.',
        "The limit is approx. five days, e.g. for travel.",
        "הוא שאל (למה?) והמשיך.",
    ],
)
def test_dots_inside_a_sentence_do_not_end_it(sentence: str) -> None:
    assert sentences(f"{sentence} כאן משפט נוסף.") == [sentence, "כאן משפט נוסף."]


def test_a_number_may_end_a_sentence() -> None:
    assert sentences("העמדה בקומה 2. התקן זר יימסר לבדיקה.") == ["העמדה בקומה 2.", "התקן זר יימסר לבדיקה."]


def test_closing_quotes_belong_to_their_sentence() -> None:
    assert sentences('נאמר: "אין כניסה." השלט תלוי בדלת!') == ['נאמר: "אין כניסה."', "השלט תלוי בדלת!"]


def test_list_items_are_sentences_without_their_marks() -> None:
    text = "יש לצרף:\n- תעודת זהות\n* אישור רופא\n1. טופס 101\nא. קבלה"
    assert sentences(text) == ["יש לצרף:", "תעודת זהות", "אישור רופא", "טופס 101", "קבלה"]


def test_table_rows_are_sentences_and_their_header_is_not() -> None:
    text = "| תפקיד | סכום |\n|---|---:|\n| מנהל | 45 ₪ |\n| עובד | 30 ₪ |"
    assert sentences(text) == ["מנהל | 45 ₪", "עובד | 30 ₪"]


def test_headings_and_lines_are_not_sentences() -> None:
    assert sentences("# נוהל\n\nתוכן הנוהל.\n\n---\n\n## סעיף\n") == ["תוכן הנוהל."]


def test_a_wrapped_line_goes_on_and_a_short_one_ends() -> None:
    wrapped = "עובד שנעדר עקב מחלה ימסור אישור רפואי בתוך שלושה ימים מיום שבו חזר\nלעבודה במשרד."
    assert sentences(wrapped) == [wrapped]
    assert sentences("שעות פתיחה\nראשון עד חמישי") == ["שעות פתיחה", "ראשון עד חמישי"]


def test_code_is_not_cut() -> None:
    text = "להרצה:\n```\nx = 1. y = 2.\nz = 3\n```\nסוף."
    assert sentences(text) == ["להרצה:", "```\nx = 1. y = 2.\nz = 3\n```", "סוף."]


def test_a_row_is_read_with_its_columns_and_an_item_with_its_lead_in() -> None:
    text = '## אש"ל\n\n| יעד | סכום |\n|---|---|\n| ירושלים | 75 ₪ |\n\nיש לצרף:\n- קבלה\n- טופס\n\nסוף.'
    assert [quote.spoken for quote in quotes_of(text)] == [
        'אש"ל\nיעד: ירושלים, סכום: 75 ₪',
        'אש"ל\nיש לצרף:',
        'אש"ל\nיש לצרף:\nקבלה',
        'אש"ל\nיש לצרף:\nטופס',
        'אש"ל\nסוף.',
    ]


def test_the_heading_above_a_text_is_read_with_it() -> None:
    assert [quote.spoken for quote in quotes_of("משפט.\n\n# אחר\nעוד.", "מכסה")] == [
        "מכסה\nמשפט.",
        "אחר\nעוד.",
    ]


@given(st.text(alphabet="אבג. !?\n|#-*1\"'`()\t", max_size=200))
def test_spans_are_in_order_apart_and_without_outer_space(text: str) -> None:
    position = 0
    for start, end in sentence_spans(text):
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        position = end
