"""What is quoted as one: sentences, tables with their header, lists with their lead-in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.units import label_of, units_of

TABLE = "| ותק | ימים |\n|---|---|\n| 1–3 | 15 |\n| 4–6 | 18 |"


def quoted(text: str, heading: str = "") -> list[tuple[str, str, list[str]]]:
    """Return heading, head and parts of each unit as words."""
    return [
        (
            unit.heading,
            text[slice(*unit.head)] if unit.head else "",
            [text[slice(*span)] for span in unit.parts],
        )
        for unit in units_of(text, heading)
    ]


def test_a_table_is_one_unit_under_its_header() -> None:
    text = f"## מכסה\n\nלפי ותק.\n\n{TABLE}\n\nסוף."
    assert quoted(text) == [
        ("מכסה", "", ["לפי ותק."]),
        ("מכסה", "| ותק | ימים |\n|---|---|", ["| 1–3 | 15 |", "| 4–6 | 18 |"]),
        ("מכסה", "", ["סוף."]),
    ]


def test_two_tables_are_two_units_and_rows_may_lack_a_header() -> None:
    text = f"| 0 | 10 |\n{TABLE}\n\n{TABLE}"
    assert [len(parts) for _heading, _head, parts in quoted(text)] == [1, 2, 2]
    assert quoted(text)[0][1] == ""


def test_a_list_belongs_to_the_sentence_that_leads_into_it() -> None:
    text = "הבקשה נבדקת. יש לצרף:\n\n- קבלה\n- טופס\n\nסוף."
    assert quoted(text) == [
        ("", "", ["הבקשה נבדקת."]),
        ("", "יש לצרף:", ["- קבלה", "- טופס"]),
        ("", "", ["סוף."]),
    ]


def test_a_list_under_a_heading_has_no_lead_in() -> None:
    assert quoted("נאמר לעיל:\n\n## מסמכים\n\n- קבלה") == [
        ("", "", ["נאמר לעיל:"]),
        ("מסמכים", "", ["- קבלה"]),
    ]


def test_headings_are_in_no_unit_even_without_a_mark() -> None:
    assert quoted("שעות הפעילות\n\nהמוקד פתוח כל יום.\n\n# אחר\n") == [
        ("שעות הפעילות", "", ["המוקד פתוח כל יום."])
    ]
    assert quoted("שורה אחרונה") == [("", "", ["שורה אחרונה"])]


def test_the_subject_of_a_letter_is_its_heading() -> None:
    for subject in ("הנדון: אישור הסעה לסיור", "**הנושא: ישיבה ב-3 במרץ**", "Re: parking permits"):
        assert quoted(f"לכבוד הוועד\n\n{subject}\n\nההסעה אושרה.")[-1] == (
            subject.strip("*"),
            "",
            ["ההסעה אושרה."],
        )


@pytest.mark.parametrize(
    "line",
    [
        "דמי חבר 310 ₪ לשנה",
        "פקס 04-8123456",
        "דואר: gan@example.org",
        "אתר www.example.org",
        "**איש קשר:** רות ברק",
        "פתיחה ב-3 במרץ",
        "Storage room 12",
    ],
)
def test_a_line_that_states_something_is_no_heading(line: str) -> None:
    assert quoted(f"{line}\n\nכל השאר במשרד.")[0] == ("", "", [line])


@pytest.mark.parametrize("line", ["פרק 3", "נספח ב: טפסים", "סעיף 4 – ערבויות", "תקציב 2026", "דמי חבר"])
def test_a_title_may_be_numbered(line: str) -> None:
    assert quoted(f"{line}\n\nכל השאר במשרד.") == [(line, "", ["כל השאר במשרד."])]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("1. תיאום כניסה", "תיאום כניסה"),
        ("ב. דמי עגינה", "דמי עגינה"),
        ("3) Berthing fees", "Berthing fees"),
        ("2.1 דמי עגינה", "2.1 דמי עגינה"),
    ],
)
def test_the_numbered_title_of_a_section_is_a_heading(line: str, title: str) -> None:
    assert quoted(f"{line}\n\nהתשלום מראש.") == [(title, "", ["התשלום מראש."])]
    [*_others, last] = quoted(f"כללי.\n\n- אחת\n- שתיים\n\n{line}\n\nהתשלום מראש.")
    assert last == (title, "", ["התשלום מראש."])


@pytest.mark.parametrize(
    "text",
    [
        "1. קבלה\n2. טופס\n\nסוף.",
        "1. תשלום של 300 ₪\n\nסוף.",
        "1. מגישים קבלה.\n\nסוף.",
        "- קבלה\n\nסוף.",
        "יש לצרף:\n\n1. קבלה\n\nסוף.",
        "כללי.\n\n1. קבלה",
    ],
)
def test_an_item_of_a_list_is_no_title(text: str) -> None:
    items = [line for line in text.split("\n") if line[:1] in "12-" and line]
    assert [part for _heading, _head, parts in quoted(text) for part in parts if part in items] == items


def test_a_memo_that_names_no_sender_s_address_is_quoted() -> None:
    text = "אל: כל העובדים\nתאריך: 10.2.2026\n\nהמשרד סגור."
    assert [parts for _heading, _head, parts in quoted(text)][1:] == [["תאריך: 10.2.2026"], ["המשרד סגור."]]


def test_an_amount_is_no_number_of_a_section() -> None:
    assert quoted("2.5 שעות\n\nסוף.")[0] == ("", "", ["2.5 שעות"])


def test_lines_that_state_something_may_be_without_a_number_among_others() -> None:
    lines = ["רוחב המגרש 42 מטר", "מפתח המלתחה אצל השומר", "תאורה עד חצות בלבד", "הזמנות", "מזמינים באתר."]
    assert quoted("\n\n".join(["המגרש", *lines])) == [
        ("המגרש", "", [lines[0]]),
        ("המגרש", "", [lines[1]]),
        ("המגרש", "", [lines[2]]),
        ("הזמנות", "", [lines[4]]),
    ]


def answered(text: str) -> list[tuple[str, list[str]]]:
    """Return what each unit is asked by its document, and its parts."""
    return [
        (text[slice(*unit.question)] if unit.question else "", [text[slice(*span)] for span in unit.parts])
        for unit in units_of(text)
    ]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("**איפה מחתימים כרטיס?** בעמדה שבלובי.", "**איפה מחתימים כרטיס?**", "בעמדה שבלובי."),
        ("שאלה: איפה מחתימים? תשובה: בלובי.", "שאלה: איפה מחתימים?", "תשובה: בלובי."),
        ("ש: איפה מחתימים\nת: בלובי.", "ש: איפה מחתימים", "ת: בלובי."),
        ("איפה מחתימים?\nבלובי.", "איפה מחתימים?", "בלובי."),
        ("**איפה מחתימים?**\n\nבלובי", "**איפה מחתימים?**", "בלובי"),
        ("1. איפה מחתימים?\n\nבלובי.", "איפה מחתימים?", "בלובי."),
        ("## איפה מחתימים?\n\nבלובי.", "איפה מחתימים?", "בלובי."),
        ("שכחתי כרטיס. מה עושים? ומי מאשר? המנהלת.", "מה עושים? ומי מאשר?", "המנהלת."),
    ],
)
def test_a_question_is_no_unit_and_what_follows_answers_it(text: str, question: str, answer: str) -> None:
    assert answered(text)[-1] == (question, [answer])
    assert all("?" not in part for _question, parts in answered(text) for part in parts)


def test_a_question_is_answered_by_what_follows_it_directly_and_by_no_more() -> None:
    text = "מה מביאים?\n\nיש להביא:\n- דרכון\n- תמונה\n\nהתור נשמר שעה.\n\nמי פטור? חיילים.\n\nסוף היום."
    assert answered(text) == [
        ("מה מביאים?", ["- דרכון", "- תמונה"]),
        ("", ["התור נשמר שעה."]),
        ("מי פטור?", ["חיילים."]),
        ("", ["סוף היום."]),
    ]


def test_a_list_of_questions_is_a_list() -> None:
    text = "בריאיון שואלים:\n- מה למדת?\n- איפה עבדת?"
    assert answered(text) == [("", ["- מה למדת?", "- איפה עבדת?"])]


def test_the_label_of_a_part_is_its_first_cell_or_what_a_colon_ends() -> None:
    assert label_of("| 1–3 | 15 |") == "1–3"
    assert label_of("- עד יומיים: מיד.") == "- עד יומיים"
    assert label_of("משפט שלם.") == ""


@given(st.text(alphabet="אבג. :\n|#-*1\t", max_size=200))
def test_units_are_in_order_and_inside_of_the_text(text: str) -> None:
    position = 0
    for unit in units_of(text):
        assert position <= unit.start < unit.end <= len(text)
        assert all(text[start:end].strip() for start, end in unit.parts)
        position = unit.end
