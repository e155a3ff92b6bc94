"""What every reranker promises to the search, and what is done where it does not keep it."""

from collections.abc import Iterator

import pytest

from retrieval.reranking.port import RerankerUnavailableError
from retrieval.reranking.served import LONGEST_TEXT, REST_SECONDS, Endpoint, ServedReranker
from tests.fakes.reranker import ScriptedReranker

QUESTION = "מכסת החופשה השנתית"
TEXTS = ["הסיסמה לרשת", "מכסת החופשה השנתית היא שנים-עשר ימים", "החופשה", "", "a\x00b \ud800 🙂"]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[ScriptedReranker]:
    with ScriptedReranker() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["cohere", "tei"])
def reranker(
    request: pytest.FixtureRequest, server: ScriptedReranker, clock: Clock
) -> Iterator[ServedReranker]:
    made = ServedReranker(Endpoint(server.url, request.param, "bge", "secret"), seconds=0.5, clock=clock)
    yield made
    made.close()


def test_every_text_has_its_score_in_the_order_of_the_texts(
    reranker: ServedReranker, server: ScriptedReranker
) -> None:
    assert reranker.scores(QUESTION, TEXTS) == [0, 3, 1, 0, 0]
    assert server.keys == ["Bearer secret"]
    assert reranker.is_healthy()


def test_no_texts_need_no_server(reranker: ServedReranker, server: ScriptedReranker) -> None:
    assert reranker.scores(QUESTION, []) == []
    assert server.requests == []


def test_a_text_without_end_is_cut(reranker: ServedReranker, server: ScriptedReranker) -> None:
    reranker.scores(QUESTION, ["א" * 3 * LONGEST_TEXT])
    [sent] = server.requests[0].get("texts") or server.requests[0]["documents"]
    assert len(sent) == LONGEST_TEXT


def test_the_model_is_named_where_servers_have_several(server: ScriptedReranker) -> None:
    for endpoint, named in ((Endpoint(server.url, model="bge"), "bge"), (Endpoint(server.url), None)):
        ServedReranker(endpoint).scores(QUESTION, TEXTS)
        assert server.requests[-1].get("model") == named
    assert "secret" not in repr(Endpoint(server.url, api_key="secret"))


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (401, b"{}"),
        (200, b"no json"),
        (200, b"[]"),
        (200, b'{"results": 7}'),
        (200, b'{"results": [{"index": 0, "relevance_score": 1}]}'),
        (200, b'[{"index": 0, "score": 1}, {"index": 0, "score": 2}]'),
        (200, b'[{"index": 0, "score": NaN}, {"index": 1, "score": 2}]'),
        (200, b'{"results": [{"index": 0, "relevance_score": 1}, {"index": 9, "relevance_score": 1}]}'),
        (200, b'{"results": [{"index": "x", "relevance_score": null}, 3]}'),
        (200, b"\xff\xfe"),
    ],
)
def test_an_answer_that_is_none_is_told_by_one_error(
    reranker: ServedReranker, server: ScriptedReranker, answer: tuple[int, bytes]
) -> None:
    server.answer = answer
    with pytest.raises(RerankerUnavailableError):
        reranker.scores(QUESTION, TEXTS[:2])


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_that(
    reranker: ServedReranker, server: ScriptedReranker
) -> None:
    server.silent = True
    with pytest.raises(RerankerUnavailableError):
        reranker.scores(QUESTION, TEXTS)


def test_a_server_that_was_away_is_left_alone_for_a_while(
    reranker: ServedReranker, server: ScriptedReranker, clock: Clock
) -> None:
    server.answer = (503, b"")
    with pytest.raises(RerankerUnavailableError):
        reranker.scores(QUESTION, TEXTS)
    server.answer = None
    assert not reranker.is_healthy()
    with pytest.raises(RerankerUnavailableError):
        reranker.scores(QUESTION, TEXTS)
    assert len(server.requests) == 1
    clock.now += REST_SECONDS
    assert reranker.scores(QUESTION, TEXTS)[1] == 3
    assert reranker.is_healthy()


def test_nobody_there_is_no_other_error() -> None:
    away = ServedReranker(Endpoint("http://127.0.0.1:9/rerank"))
    assert not away.is_healthy()
    with pytest.raises(RerankerUnavailableError):
        away.scores(QUESTION, TEXTS)
