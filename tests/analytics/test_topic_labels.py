"""What a group of questions is called: words that mark it, spelled as people spell them, said by enough."""

from uuid import uuid4

import pytest

from analytics.topics.labels import Said, label_of, lexicon, shared_words, used_words

LEAVE = (
    "כמה ימי חופשה מגיעים לי?",
    "שלום, איך צוברים ימי חופשה",
    "ימי חופשה שלא נוצלו",
    "אפשר לפדות ימי חופשה?",
)
PRINTER = ("איך מחברים את המדפסת הצבעונית", "המדפסת הצבעונית לא עובדת", "תקלה במדפסת הצבעונית", "מחשב למדפסת")
BUILDING = ("מתי נפתח הבניין", "כניסה לבניין בערב", "מי נמצא בבניין בלילה", "שומר הבניין")
ALLOWANCE = ('כמה אש"ל מקבלים', 'תעריף אש"ל לחו"ל', 'אש"ל בחו"ל', 'דמי אש"ל בחו"ל')
GROUPS = (LEAVE, PRINTER, BUILDING, ALLOWANCE)


def said(*texts: str) -> list[Said]:
    """Return what as many people asked."""
    return [Said(uuid4(), text) for text in texts]


@pytest.mark.parametrize(
    ("group", "label"),
    [(LEAVE, "ימי חופשה"), (PRINTER, "המדפסת הצבעונית"), (BUILDING, "בניין"), (ALLOWANCE, 'אש"ל בחו"ל')],
)
def test_a_group_is_called_by_the_words_that_mark_it(group: tuple[str, ...], label: str) -> None:
    known = lexicon([used_words(said(*texts)) for texts in GROUPS])
    assert label_of(said(*group), known) == label


def test_what_everybody_says_around_a_question_marks_nothing() -> None:
    group = said(*(f"היי, {text}? תודה, אפשר לדעת בבקשה" for text in LEAVE))
    assert label_of(group, lexicon([used_words(group)])) == "ימי חופשה"


def test_a_name_that_is_taken_is_told_apart_by_a_further_word() -> None:
    group = said(*(f"{text} למילואים" for text in LEAVE))
    known = lexicon([used_words(group), {"למילואימ": 40}])
    assert label_of(group, known) == "ימי חופשה"
    assert label_of(group, known, ["ימי חופשה"]) == "ימי חופשה, למילואים"


def test_words_that_one_or_two_people_used_are_nowhere() -> None:
    one, two = uuid4(), uuid4()
    group = [Said(who, "פרשת הטרדה בלשכה") for who in (one, two, one, two)]
    assert shared_words(group) == {}
    assert label_of(group, lexicon([used_words(group)])) == ""
    assert label_of([], lexicon([])) == ""
