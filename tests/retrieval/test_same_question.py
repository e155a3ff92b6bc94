"""What is another question, however near its meaning is to that of an approved one."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from retrieval import same_question as module
from retrieval.same_question import same_question

APPROVED = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/approved.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(autouse=True)
def _as_near_as_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all questions have one meaning, so that words alone tell them apart."""
    monkeypatch.setattr(module, "meaning_embedder", lambda: SimpleNamespace(name="alike"))
    monkeypatch.setattr(module, "_meaning", lambda _name, _text: np.ones(1, dtype=np.float32))


def test_a_question_that_is_narrowed_or_turned_round_is_another_one() -> None:
    taken = [
        text
        for each in APPROVED
        for text in each["narrowed"]
        if same_question(text, [each["approved"]]) is not None
    ]
    assert taken == []


@pytest.mark.parametrize(
    ("question", "approved"),
    [
        ("איך לאפס את סיסמת המחשב?", "איך מאפסים סיסמה למחשב?"),
        ("שכחתי את הסיסמה למחשב, איך מאפסים אותה?", "איך מאפסים סיסמה למחשב?"),
        ("מה המחיר של תו חניה שני?", "כמה עולה תו חניה שני?"),
        ("באיזו שעה אפשר לצאת להפסקה?", "מתי אפשר לצאת להפסקה?"),
        ("מתי לא משלמים משכורת?", "מתי לא משלמים את המשכורת?"),
    ],
)
def test_the_same_in_other_words_is_the_same(question: str, approved: str) -> None:
    assert same_question(question, ["מה שעות הפתיחה?", approved]) == 1
