"""Messages that ask nothing, and how sure an answer may sound."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from accounts.models import User
from chatbot.confidence import Weighed, confidence_of, is_borne_out, share_borne_out
from chatbot.small_talk import small_talk
from conversations.types import CitationData
from retrieval.types import DocumentRef, Evidence, FoundPassage, Level, SearchResult
from tests.chatbot.conftest import Chat

SURE = Evidence(answerable=True, confidence=0.97, level="high")
TABLE = "| ותק בשנים | ימי חופשה |\n|---|---|\n| 1–3 | 15 [1] |"


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ("שלום", "שלום"),
        ("היי, מה נשמע?", "שלום"),
        ("בוקר טוב!", "שלום"),
        ("תודה רבה", "בשמחה"),
        ("תודה על העזרה, יום טוב", "בשמחה"),
        ("להתראות", "להתראות"),
        ("Hello!", "Hello"),
        ("thank you very much", "You're welcome"),
        ("א" * 200, "אין בהודעה"),
        ("?!", "אין בהודעה"),
        ("מה זה", "אין בהודעה"),
    ],
)
def test_what_asks_nothing_is_answered_in_its_language(message: str, begins: str) -> None:
    reply = small_talk(message)
    assert reply is not None
    assert reply.startswith(begins)


@pytest.mark.parametrize(
    "message",
    [
        "שלום, כמה ימי חופשה מגיעים לי?",
        "תודה, ומה לגבי ימי מחלה?",
        "חופשה",
        "VPN",
        "12-B",
        "hello, where is the form?",
        "כמה ימי חג יש?",
    ],
)
def test_a_question_is_never_taken_for_small_talk(message: str) -> None:
    assert small_talk(message) is None


@pytest.mark.django_db(transaction=True)
async def test_a_greeting_is_answered_without_a_search(member: User, chat: Callable[[User], Chat]) -> None:
    async with chat(member) as talk:
        await talk.ask("שלום")
        frames = await talk.until("done")
    done = frames[-1]
    assert [frame["type"] for frame in frames] == ["delta", "done"]
    assert [frame["seq"] for frame in frames] == [1, 2]
    assert (done["status"], done["citations"], done["confidence_level"]) == ("complete", [], "none")
    assert "".join(frame["text"] for frame in frames if frame["type"] == "delta") == done["text"]


def passage(text: str, title: str) -> FoundPassage:
    return FoundPassage(uuid4(), DocumentRef(uuid4(), title, ""), text, None, "", 1.0, None, ())


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("כמה ימי חופשה אחרי שנתיים?", 1.0),
        ("כמה ימי חופשה אחרי 9 שנים?", 0.8),
        ("כמה עולה מנוי לבריכה?", 0.0),
        ("How many vacation days are there?", 0.5),
    ],
)
def test_a_question_is_borne_out_by_the_words_and_ranges_of_the_answer(question: str, share: float) -> None:
    cited = [passage("ימי החופשה נקבעים לפי ותק, אחרי כל שנת עבודה.", "נוהל חופשה")]
    assert share_borne_out(question, TABLE + " אחרי", cited) == share


@pytest.mark.parametrize(
    ("borne_out", "level"), [(1.0, "high"), (0.75, "high"), (0.5, "medium"), (0.2, "low")]
)
def test_an_answer_that_misses_the_question_does_not_sound_sure(borne_out: float, level: str) -> None:
    citation = CitationData(1, uuid4(), uuid4(), "נוהל", "מילים", 0, 5)
    assert confidence_of(Weighed(SURE, [citation], borne_out)).level == level
    assert confidence_of(Weighed(SURE, [], 1.0)).level == "low"


@pytest.mark.parametrize(
    ("question", "level", "is_answered"),
    [
        ("כמה ימי חופשה נקבעים לפי ותק?", "low", True),
        ("כמה עולה מנוי לבריכה העירונית?", "medium", False),
        ("כמה עולה מנוי לבריכה העירונית?", "high", True),
        ("How are vacation days set?", "low", True),
    ],
)
def test_less_than_half_of_a_question_is_an_answer_only_with_evidence_that_is_high_or_decides(
    question: str, level: Level, is_answered: bool
) -> None:
    found = passage("ימי החופשה נקבעים לפי ותק.", "נוהל חופשה")
    evidence = Evidence(answerable=True, confidence=0.7, level=level)
    assert is_borne_out(question, SearchResult((found,), evidence, 1.0)) is is_answered
    decided = replace(evidence, decides=True)
    assert is_borne_out(question, SearchResult((found,), decided, 1.0))
    across = replace(decided, foreign=True)
    assert is_borne_out("How are vacation days set?", SearchResult((found,), across, 1.0))
    lost = is_borne_out("Who feeds the sharks at night?", SearchResult((found,), across, 1.0))
    assert lost is (level == "high")
