"""How far an answer's sources bear out what it says, and the reasons that are given for its confidence."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from accounts.access import actor_of
from accounts.models import User
from accounts.tokens import access_token
from chatbot.confidence import Weighed, confidence_of
from chatbot.support import Support, support_of
from conversations.types import CitationData
from retrieval.types import DocumentRef, Evidence, FoundPassage
from tests.chatbot.conftest import Chat
from tests.conftest import BrowserOf
from tests.fakes.ollama import FakeOllama

SURE = Evidence(answerable=True, confidence=0.97, level="high")
UNSURE = Evidence(answerable=True, confidence=0.4, level="low")
LEAVE = FoundPassage(
    uuid4(),
    DocumentRef(uuid4(), "נוהל חופשה", ""),
    "מכסת החופשה השנתית היא 1,250 דקות. את הבקשה מגישים שבועיים מראש במערכת הנוכחות.",
    None,
    "",
    1.0,
    None,
    (),
)
ENGLISH = FoundPassage(
    uuid4(), DocumentRef(uuid4(), "Leave", ""), "Leave is 21 days.", None, "", 1.0, None, ()
)


def citation(number: int, passage: FoundPassage) -> CitationData:
    return CitationData(number, passage.id, passage.document.id, passage.document.title, "", 0, 1)


def measured(answer: str, *passages: FoundPassage, question: str = "מה המכסה?") -> Support:
    cited = [citation(number, passage) for number, passage in enumerate(passages, start=1)]
    return support_of(question, answer, cited, passages)


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("את הבקשה מגישים במערכת הנוכחות שבועיים מראש [1].", 1.0),
        ("הבקשות יוגשו מראש במערכת [1].", 0.75),
        ("הדירקטוריון מאשר בונוס לבכירים [1].", 0.0),
        ("Holiday requests need approval [1].", None),
        ("הדירקטוריון מאשר בונוס לבכירים.", None),
    ],
)
def test_the_words_of_a_claim_are_looked_for_in_its_source(answer: str, score: float | None) -> None:
    assert measured(answer, LEAVE).score == score


@pytest.mark.parametrize(
    ("answer", "is_strange"),
    [
        ("המכסה היא 1250 דקות [1].", False),
        ("המכסה היא 1,250 דקות [1].", False),
        ("המכסה היא 1520 דקות [1].", True),
        ("1. המכסה היא 1,250 דקות [1].\n2. את הבקשה מגישים מראש [1].", False),
        ("בשנת 2026 המכסה היא 1,250 דקות [1].", False),
        ("Leave is 22 days [2].", True),
        ("החופשה היא 21 ימים [2].", False),
    ],
)
def test_a_number_stands_in_the_source_or_in_the_question(answer: str, is_strange: bool) -> None:
    found = measured(answer, LEAVE, ENGLISH, question="מה המכסה בשנת 2026?")
    assert found.has_strange_number is is_strange


def test_what_names_no_source_is_counted_and_what_only_leads_in_is_not() -> None:
    said = "הדירקטוריון מאשר בונוס לבכירים.\n\nאלה הכללים:\n\nאת הבקשה מגישים שבועיים מראש [1]."
    assert measured(said, LEAVE).uncited == pytest.approx(0.5)
    assert measured("אלה הכללים:\n\nאת הבקשה מגישים מראש [1].", LEAVE).uncited == 0.0
    assert measured("", LEAVE) == Support(None)


@pytest.mark.parametrize(
    ("weighed", "level", "reasons"),
    [
        (Weighed(SURE, [citation(1, LEAVE)], 1.0), "high", ("clear_match", "one_passage")),
        (
            Weighed(SURE, [citation(1, LEAVE), citation(2, ENGLISH)], 1.0),
            "high",
            ("clear_match", "several_documents"),
        ),
        (
            Weighed(UNSURE, [citation(1, LEAVE)], 0.6),
            "low",
            ("question_partly_covered", "weak_match", "one_passage"),
        ),
        (
            Weighed(SURE, [citation(1, LEAVE)], 1.0, Support(0.9, 0.0, has_strange_number=True)),
            "low",
            ("number_not_in_source", "one_passage"),
        ),
        (
            Weighed(SURE, [citation(1, LEAVE)], 1.0, Support(0.6, 0.5)),
            "medium",
            ("partly_supported", "partly_uncited", "one_passage"),
        ),
        (
            Weighed(SURE, [citation(1, LEAVE)], 1.0, Support(0.2)),
            "low",
            ("partly_supported", "one_passage"),
        ),
        (Weighed(SURE, [], 1.0), "low", ("no_citation",)),
        (Weighed(SURE, [citation(1, LEAVE)], 1.0, whole="quoted"), "medium", ("excerpts",)),
        (Weighed(SURE, [citation(1, LEAVE)], 1.0, Support(0.9), whole="told"), "high", ()),
    ],
)
def test_each_objection_lowers_the_confidence_and_is_named_without_praise(
    weighed: Weighed, level: str, reasons: tuple[str, ...]
) -> None:
    found = confidence_of(weighed)
    assert (found.level, found.grounds.reasons) == (level, reasons)
    assert found.value <= {"high": 1.0, "medium": 0.84, "low": 0.59}[level]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("knowledge")
async def test_a_model_that_makes_a_number_up_is_not_believed(
    member: User, chat: Callable[[User], Chat], browser: BrowserOf, settings: Any
) -> None:
    async with FakeOllama(["את הבקשה ", "מגישים 77 ", "ימים מראש [1]."]) as ollama:
        settings.LLM = {
            "BACKEND": "chatbot.llm.ollama.Ollama",
            "OPTIONS": {"base_url": ollama.url, "model": "scripted", "num_ctx": 4096},
        }
        async with chat(member) as talk:
            accepted = await talk.ask()
            done = (await talk.until("done"))[-1]
    assert (done["confidence_level"], done["confidence_reasons"][0]) == ("low", "number_not_in_source")
    token = access_token(await sync_to_async(actor_of)(member))
    url = f"/api/v1/answers/{done['answer_id']}"
    kept = (await AsyncClient().get(url, headers={"Authorization": f"Bearer {token}"})).json()
    assert (kept["confidence_reasons"], kept["support"]) == (done["confidence_reasons"], done["support"])
    page = await sync_to_async(lambda: browser(member).get(f"/c/{accepted['conversation_id']}/"))()
    assert "מספר שבתשובה אינו מופיע במקור" in page.content.decode()
