"""A search that does not answer: the asker is told so, and nothing is made up."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from retrieval import vectors
from retrieval.embeddings.port import EmbeddingsUnavailableError
from retrieval.vectors.port import StoreQuery, StoreUnavailableError
from tests.chatbot.conftest import QUESTION, Chat
from tests.chatbot.test_chat_api import client
from tests.fakes.embeddings import HashedEmbedder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


@pytest.fixture
def store_is_away(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def away(_query: StoreQuery) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(vectors.get_store(), "search", away)
    return monkeypatch


@pytest.mark.usefixtures("store_is_away")
async def test_without_a_store_the_question_is_refused_in_its_own_language(member: User) -> None:
    async with client(member) as http:
        hebrew = (await http.post("/chat", json={"prompt": QUESTION})).json()
        english = (await http.post("/chat", json={"prompt": "When is the request for leave due?"})).json()
    for answer in (hebrew, english):
        assert (answer["status"], answer["error_code"]) == ("refused", "search_unavailable")
        assert (answer["sources"], answer["citations"], answer["confidence_level"]) == ([], [], "none")
    assert "אי אפשר לחפש במסמכים כרגע" in hebrew["response"]
    assert "cannot be searched at the moment" in english["response"]


async def test_the_same_question_is_answered_once_the_store_is_back(
    member: User, chat: Callable[[User], Chat], store_is_away: pytest.MonkeyPatch
) -> None:
    async with chat(member) as talk:
        await talk.ask(client_id="q1")
        refused = (await talk.until("done"))[-1]
        store_is_away.undo()
        await talk.ask(client_id="q2")
        answered = (await talk.until("done"))[-1]
    assert (refused["status"], answered["status"]) == ("refused", "complete")
    assert answered["citations"]


async def test_the_model_is_not_asked_without_sources(
    member: User, ollama: Any, store_is_away: pytest.MonkeyPatch
) -> None:
    async with client(member) as http:
        assert (await http.post("/chat", json={"prompt": QUESTION})).json()["status"] == "refused"
    assert ollama.requests == []


async def test_an_embedder_that_is_away_is_told_alike(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise EmbeddingsUnavailableError

    monkeypatch.setattr(HashedEmbedder, "embed", away)
    async with client(member) as http:
        answer = (await http.post("/chat", json={"prompt": QUESTION})).json()
    assert (answer["status"], answer["error_code"]) == ("refused", "embeddings_unavailable")
