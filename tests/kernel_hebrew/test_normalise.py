"""What the search takes for the same word, and what it keeps apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.hebrew.normalise import content_words, embedding_text, search_text, search_tokens, words

HEBREW_LETTERS = "אבגדהוזחטיכלמנסעפצקרשתךםןףץ"
POINTS = "\u05b0\u05b4\u05b7\u05bc\u05c1\u05c2\u05bf\u05c7\u0591"


def shared(one: str, other: str) -> set[str]:
    return set(search_tokens(one)) & set(search_tokens(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("שָׁלוֹם", "שלום"),
        ('דו"ח', "דו\u05f4ח"),
        ("דו\u2019ח", "דוח"),
        ("צה\u201dל", "צהל"),
        ("צ'רופה", "צ\u05f3רופה"),
        ("15,000", "15000"),
        ("VPN", "vpn"),
        ("\ufb2a\u05b8לום", "שלום"),  # shin with its dot as one character
        ("חופ\u200fשה", "חופשה"),
        ("בית\u05beספר", "בית ספר"),
        ("ארבעה-עשר", "ארבעה עשר"),
    ],
)
def test_spellings_of_one_word_are_indexed_alike(one: str, other: str) -> None:
    assert search_tokens(one) == search_tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("חופשה", "לחופשות"),
        ("מחלקות", "והמחלקה"),
        ("תוכנית", "תכנית"),
        ("הסמכה", "הסמכות"),
        ("מכרז", "למכרזים"),
        ("צרופה", "צרופות"),
        ("ניצלתי", "נוצלו"),
        ("המנהלת", "מנהל"),
        ("אישור", "באשור"),
    ],
)
def test_inflected_forms_share_a_stem(one: str, other: str) -> None:
    assert shared(one, other)


@pytest.mark.parametrize(("one", "other"), [("שכר", "שכן"), ("ספק", "ספר"), ("3.5", "4.7"), ("מכרז", "מכתב")])
def test_different_words_share_nothing(one: str, other: str) -> None:
    assert not shared(one, other)


def test_a_particle_tied_to_a_latin_word_leaves_the_word() -> None:
    assert words("ב-VPN וב\u05beTeams") == ["vpn", "teams"]


def test_a_section_letter_is_a_word() -> None:
    assert "=ב" in search_tokens("סעיף ב")


def test_numbers_match_whole_and_in_parts() -> None:
    assert search_tokens("22.60") == ["=22.60", "22", "60"]
    assert words("מ-07:30 עד 18:00") == ["07", "30", "עד", "18", "00"]


def test_stop_words_are_left_out_with_and_without_final_letters() -> None:
    assert content_words("מתי הם מקבלים את המשכורת של העובדים?") == ["מקבלימ", "המשכורת", "העובדימ"]


def test_niqqud_is_not_a_reason_to_miss_a_stop_word() -> None:
    assert content_words("מָתַי הוּא מְשֻׁלָּם") == ["משלמ"]


def test_words_of_other_scripts_are_kept_whole() -> None:
    assert words("отпуск مرحبا façade") == ["отпуск", "مرحبا", "façade"]


def test_embedding_text_keeps_punctuation_and_loses_what_cannot_be_seen() -> None:
    assert embedding_text('\ufeffהַ\u200fאִם\x00 ארבעה-עשר, דו"ח\u202c?') == 'האם ארבעה-עשר, דו"ח?'


@given(st.text())
def test_any_text_gives_tokens_without_white_space(text: str) -> None:
    tokens = search_tokens(text)
    assert all(token.split() == [token] for token in tokens)
    assert search_text(text).split() == tokens


@given(st.text())
def test_embedding_text_can_be_given_to_a_c_library(text: str) -> None:
    assert b"\x00" not in embedding_text(text).encode("utf-8")


@given(
    st.lists(st.text(HEBREW_LETTERS, min_size=1, max_size=8), max_size=6),
    st.sampled_from(POINTS),
    st.integers(1, 4),
)
def test_niqqud_never_changes_the_tokens(letters: list[str], point: str, every: int) -> None:
    plain = " ".join(letters)
    pointed = "".join(
        letter + point * (letter != " " and index % every == 0) for index, letter in enumerate(plain)
    )
    assert search_tokens(pointed) == search_tokens(plain)
