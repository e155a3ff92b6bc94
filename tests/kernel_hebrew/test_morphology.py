"""Roots and pieces: what words of one family, and words with a typing error, have in common."""

import pytest

from config.kernel.hebrew.morphology import roots_of, trigrams_of
from config.kernel.hebrew.normalise import words
from config.kernel.hebrew.questions import asked_words


def roots(word: str) -> set[str]:
    (normal,) = words(word)
    return set(roots_of(normal))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("מטריד", "הטרדה"),
        ("להתפטר", "פיטורים"),
        ("מנתקים", "ניתוק"),
        ("ינותק", "התנתקות"),
        ("מחליפים", "תוחלף"),
        ("משלמים", "תשלום"),
        ("להיכנס", "כניסה"),
        ("ביטלתי", "ייבטל"),
        ("נרשמים", "הרשמה"),
        ("יבצעו", "ביצוע"),
    ],
)
def test_a_verb_meets_its_noun_and_its_other_forms(one: str, other: str) -> None:
    assert roots(one) & roots(other)


@pytest.mark.parametrize(("one", "other"), [("חופשה", "סיסמה"), ("משכורת", "שריפה"), ("ספר", "רכב")])
def test_words_of_different_families_share_no_root(one: str, other: str) -> None:
    assert not roots(one) & roots(other)


@pytest.mark.parametrize("word", ["vpn", "42", "אב", "אנציקלופדיסטיות"])
def test_what_is_no_word_of_a_root_has_none(word: str) -> None:
    assert roots(word) == set()


def test_a_mistyped_word_keeps_most_of_its_pieces() -> None:
    right, wrong = set(trigrams_of("אינטרנט")), set(trigrams_of("אינטרנת"))
    assert len(right & wrong) >= 5


def test_a_number_is_one_piece_and_the_ends_of_a_word_are_marked() -> None:
    assert trigrams_of("1500") == ("1500",)
    assert trigrams_of("vpn") == ("^vp", "vpn", "pn$")


def test_a_question_is_about_its_words_without_the_asking() -> None:
    assert asked_words("אפשר לבטל את ההזמנה שלי?") == words("לבטל ההזמנה")
    assert asked_words("Can I cancel my booking?") == ["cancel", "booking"]


def test_a_question_of_nothing_but_asking_keeps_its_words() -> None:
    assert asked_words("מה עושים?") == words("עושים")
