"""Questions that go on from the one before are searched together with it, others by themselves."""

import json
from pathlib import Path

import pytest

from retrieval.follow_ups import is_follow_up, standalone

DATA = Path(__file__).parent / "data"
DIALOGUES = [
    json.loads(line)
    for name in ("dialogues_hebrew_eval.jsonl", "dialogues_domains.jsonl")
    for line in (DATA / name).read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("question", [dialogue["question"] for dialogue in DIALOGUES])
def test_what_goes_on_is_told_by_its_form(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize("question", [dialogue["earlier"][0] for dialogue in DIALOGUES])
def test_a_question_of_its_own_stands_by_itself(question: str) -> None:
    assert not is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        "ועדת חריגים מתי מתכנסת?",
        "וטרינר עירוני, איפה הוא מקבל?",
        "ותק של עובד איך מחשבים?",
        "מה קורה כשהמעלית בבניין נתקעת בשבת?",
        "מי ניצח במשחק אתמול?",
        "How do I reset my password?",
        "",
        "?!",
    ],
)
def test_what_only_looks_like_it_stands_by_itself(question: str) -> None:
    assert not is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        "עד איזו שעה?", "באילו שעות?", "עד איזה תאריך?", "כמה זמן שומרים?", "עד מתי?", "מאיזה גיל?",
        "איך נרשמים?", "תוך כמה זמן משיבים?", "באיזה יום?",
    ],
)  # fmt: skip
def test_a_question_without_a_thing_that_it_is_about_goes_on(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize(
    "question", ["איפה חונים אורחים?", "מתי החגים?", "איפה השירותים?", "כמה ימי חג יש?", "תודה"]
)
def test_a_short_question_that_names_its_thing_stands_by_itself(question: str) -> None:
    assert not is_follow_up(question)


def test_the_question_before_is_searched_with_it() -> None:
    assert standalone("ומה לגבי חצי משרה?", ["כמה ימי חופשה מגיעים לי?"]) == (
        "כמה ימי חופשה מגיעים לי? ומה לגבי חצי משרה?"
    )


def test_a_chain_is_followed_to_the_question_that_began_it_and_no_further() -> None:
    asked = ["מתי משולם השכר?", "כמה ימי חופשה מגיעים לי?", "ומה לגבי חצי משרה?"]
    assert standalone("ולעובד זמני?", asked) == " ".join([*asked[1:], "ולעובד זמני?"])


def test_a_new_question_takes_nothing_from_the_conversation() -> None:
    assert standalone("מי ניצח במשחק אתמול?", ["כמה ימי חופשה מגיעים לי?"]) == "מי ניצח במשחק אתמול?"
    assert standalone("ומה לגבי חצי משרה?", []) == "ומה לגבי חצי משרה?"
