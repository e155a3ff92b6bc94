"""A reranker in the search: it puts what was found in order, changes no judgement, and may be away."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from retrieval import reranking
from retrieval.search import find_passages
from retrieval.types import SearchResult
from tests.conftest import ApiClientOf, BrowserOf
from tests.fakes.reranker import ScriptedReranker
from tests.retrieval.conftest import PASSWORDS, SALARIES, VACATION, AddDocument, ReaderOf

QUESTION = "כמה ימי חופשה?"


@pytest.fixture(autouse=True)
def _documents(manager: User, add_document: AddDocument) -> None:
    for title, text in (("חופשה", VACATION), ("סיסמאות", PASSWORDS), ("שכר", SALARIES)):
        add_document(manager, title, text)


@pytest.fixture
def server(settings: Any) -> Iterator[ScriptedReranker]:
    with ScriptedReranker() as server:
        settings.RERANKER_URL = server.url
        yield server
    reranking._served.cache_clear()


@pytest.fixture
def found(manager: User, reader: ReaderOf) -> Any:
    def search() -> SearchResult:
        return find_passages(question=QUESTION, reader=reader(manager))

    return search


def titles(result: SearchResult) -> list[str]:
    return [passage.document.title for passage in result.passages]


def test_without_one_the_search_has_its_own_order(found: Any) -> None:
    assert found().ranking is None


def test_the_reranker_s_order_is_shown_and_the_evidence_is_that_of_the_search(
    found: Any, settings: Any, server: ScriptedReranker
) -> None:
    settings.RERANKER_URL = ""
    own = found()
    settings.RERANKER_URL = server.url
    count = len(own.passages)
    rows = b", ".join(b'{"index": %d, "relevance_score": %d}' % (place, place) for place in range(count))
    server.answer = (200, b'{"results": [%s]}' % rows)
    result = found()
    assert titles(result) == titles(own)[::-1]
    assert result.ranking == "reranker"
    assert result.evidence == own.evidence
    scores = [passage.score for passage in result.passages]
    assert scores == sorted(scores, reverse=True)
    asked = server.requests[0]
    assert asked["query"] == QUESTION
    assert asked["documents"][0].startswith(titles(own)[0])


def test_one_that_is_away_leaves_the_own_order_and_it_is_said(
    found: Any, server: ScriptedReranker, api: ApiClientOf, browser: BrowserOf, manager: User, settings: Any
) -> None:
    server.answer = (503, b"")
    result = found()
    settings.RERANKER_URL = ""
    assert (result.ranking, titles(result)) == ("reranker_unavailable", titles(found()))
    settings.RERANKER_URL = server.url
    body = api(manager).get("/api/v1/search", {"q": QUESTION}).json()
    assert body["ranking"] == "reranker_unavailable"
    page = browser(manager).get("/admin/retrieval/glossaryentry/try/", {"question": QUESTION})
    assert "שירות הדירוג מחדש אינו זמין" in page.content.decode()
