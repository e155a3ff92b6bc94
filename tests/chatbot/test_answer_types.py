"""What a question asks for, and what a text has."""

import pytest

from chatbot.llm.answer_types import AnswerType, asked_types, speaks_of_itself, types_in

FIGURE, WHEN, CLOCK = AnswerType.FIGURE, AnswerType.WHEN, AnswerType.CLOCK
PHONE, EMAIL, PLACE, STEPS = AnswerType.PHONE, AnswerType.EMAIL, AnswerType.PLACE, AnswerType.STEPS


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("כמה זה עולה?", {FIGURE}),
        ("ומתי הספרייה פתוחה?", {FIGURE, WHEN, CLOCK}),
        ("מה הטלפון של הגזברות?", {PHONE}),
        ("לאיזו כתובת שולחים?", {EMAIL}),
        ("איפה המחסן?", {PLACE}),
        ("איך מגישים ערעור?", {STEPS}),
        ("מה עושים כשיש הצפה?", {STEPS}),
        ("How do I file an appeal?", {FIGURE, STEPS}),
        ("What is the phone number?", {FIGURE, PHONE}),
        ("מיהו הממונה?", set()),
        ("", set()),
    ],
)
def test_a_question_tells_by_its_words_what_it_asks_for(question: str, asked: set[AnswerType]) -> None:
    assert asked_types(question) == asked


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("הספרייה פתוחה בין 09:00 ל-17:00.", CLOCK),
        ("הערר נדון ביום שלישי.", WHEN),
        ("עד 15 במרץ", WHEN),
        ("לבירורים: שלוחה 4410.", PHONE),
        ("03-555-0199", PHONE),
        ("appeals@example.org", EMAIL),
        ("המחסן בקומה 3, חדר 12.", PLACE),
        ("1. יש למלא את הטופס.", STEPS),
        ("ניתן להגיש ערר בכתב.", STEPS),
        ("3. בתוך 8 ימים", FIGURE),
    ],
)
def test_a_text_has_what_it_shows(text: str, kind: AnswerType) -> None:
    assert kind in types_in(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1. יש למלא את הטופס.", FIGURE),
        ("חדר שלא נעשה בו שימוש משתחרר.", STEPS),
        ("בשנת 2024 נרשמו 300 פניות.", PHONE),
    ],
)
def test_what_only_looks_like_it_is_none(text: str, kind: AnswerType) -> None:
    assert kind not in types_in(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("הנוהל מסביר מה עושים בהצפה.", True),
        ("**המסמך מפרט** את הזכויות.", True),
        ("מטרת הנוהל להסדיר את השימוש ברכב.", True),
        ("This policy describes what to do in a flood.", True),
        ("בהצפה יש לסגור את הברז הראשי.", False),
        ("הנוהל הישן בוטל.", False),
    ],
)
def test_a_sentence_about_its_document_is_known(text: str, *, expected: bool) -> None:
    assert speaks_of_itself(text) is expected
