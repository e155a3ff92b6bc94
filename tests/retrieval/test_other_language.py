"""Questions in English about Hebrew documents, and the other way round."""

import pytest

from accounts.models import User
from config.kernel.hebrew.english_words import hebrew_for
from config.kernel.hebrew.normalise import search_text
from retrieval.evidence import held_words, signals_of
from retrieval.matching import asked_in_any_language, keys_of
from retrieval.other_language import compared_words, is_foreign, searched_words
from retrieval.search import explain, find_passages
from tests.retrieval.conftest import AddDocument, ReaderOf
from tests.retrieval.test_evidence import BACKGROUND, candidate

QUESTION = "How many vacation days does an employee get?"
QUOTA = "מכסת החופשה השנתית של עובדים היא שנים-עשר ימים."


@pytest.mark.parametrize(
    ("word", "hebrew"),
    [
        ("Vacations", "חופשה"),
        ("booked", "הזמנה"),
        ("policies", "נוהל"),
        ("stopped", "הפסקה"),
        ("paying", "תשלום"),
    ],
)
def test_an_english_word_is_known_in_any_form(word: str, hebrew: str) -> None:
    assert hebrew in hebrew_for(word)


@pytest.mark.parametrize("word", ["zzyzx", "VPN", "", "חופשה", "12-B", "s", "ing"])
def test_what_is_no_known_word_has_no_hebrew_one(word: str) -> None:
    assert hebrew_for(word) == ()


def test_a_question_is_foreign_that_has_words_and_no_hebrew_letter() -> None:
    assert is_foreign(QUESTION)
    assert not is_foreign("איך מתחברים ל-VPN?")
    assert not is_foreign("?!")


def test_words_are_compared_in_hebrew_where_no_passage_has_them_in_english() -> None:
    asked, hebrew = "vacation VPN", search_text("חופשה VPN")
    assert searched_words(asked, asked) == ["vacation", "חופשה", "חופש", "vpn"]
    assert compared_words(asked, asked, [hebrew]) == ["חופשה", "חופש", "vpn"]
    assert compared_words(asked, asked, [hebrew, search_text("vacation")]) == searched_words(asked, asked)
    assert compared_words("vacation בחו״ל", "vacation", [hebrew]) == ["vacation"]


def test_the_hebrew_words_count_as_held_of_a_question_in_english_alone() -> None:
    best = [candidate("חופשה של עובדים")]
    assert signals_of("employee vacation", best, BACKGROUND).coverage == 1
    assert signals_of("vacation של מי", best, BACKGROUND).coverage == 0


def test_a_quotation_answers_a_question_in_english_by_its_hebrew_words() -> None:
    keys = keys_of(QUOTA)
    held = [word.word for word in asked_in_any_language(QUESTION) if word.is_in(keys)]
    assert {"vacation", "days", "employee"} <= set(held)


def test_a_question_in_english_finds_a_hebrew_document_by_its_words(
    manager: User, reader: ReaderOf, add_document: AddDocument
) -> None:
    wanted = add_document(manager, "מכסות", QUOTA)
    for number in range(3):
        add_document(manager, f"נוהל {number}", f"מדפסת מספר {number} עומדת בקומה {number}.")
    found = find_passages(question=QUESTION, reader=reader(manager))
    assert found.passages[0].document.id == wanted.id
    assert "חופשה" in explain(question=QUESTION, reader=reader(manager)).asked


def test_a_quotation_in_english_answers_a_hebrew_question_by_the_hebrew_words_for_its_own() -> None:
    keys = keys_of("Blood samples are stored for up to 18 months.")
    held = {word.word for word in asked_in_any_language("כמה זמן שומרים דם?") if word.is_in(keys)}
    assert "דמ" in held


def test_a_hebrew_question_finds_an_english_document_by_its_words(
    manager: User, reader: ReaderOf, add_document: AddDocument
) -> None:
    wanted = add_document(manager, "Laboratory", "Blood samples wait in the freezer for eighteen months.")
    for number in range(3):
        add_document(manager, f"נוהל {number}", f"מדפסת מספר {number} עומדת בקומה {number}.")
    explained = explain(question="כמה זמן דם נשאר במקפיא?", reader=reader(manager))
    [about] = [one for one in explained.found if one.passage.document_id == wanted.id]
    assert {"דמ", "במקפיא"} <= set(held_words(explained.asked, about.passage.search_text))
