"""How well each sentence of the found passages answers the question: half words, half meaning."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from config.kernel.hebrew.normalise import search_tokens
from retrieval.bm25 import Bm25, Floats, Vocabulary, postings_of
from retrieval.embeddings.port import Vectors
from retrieval.ranking import scale
from retrieval.sentences import Quote
from retrieval.types import Sentence


@dataclass(frozen=True, slots=True)
class QuotableText:
    """A passage's text with its sentences; `vectors` has a row for each of them, or is None."""

    text: str
    quotes: Sequence[Quote]
    vectors: Vectors | None


def score_sentences(
    question: str, vector: Vectors | None, texts: Sequence[QuotableText]
) -> list[tuple[Sentence, ...]]:
    """Return the sentences of each text in order, with scores in 0..1 that compare across all the texts."""
    spoken = [quote.spoken for text in texts for quote in text.quotes]
    scores = iter(_scores(question, spoken, _similarities(vector, texts)).tolist())
    return [
        tuple(
            Sentence(text.text[quote.start : quote.end], quote.start, quote.end, next(scores))
            for quote in text.quotes
        )
        for text in texts
    ]


def _scores(question: str, spoken: Sequence[str], similarities: Floats | None) -> Floats:
    vocabulary = Vocabulary()
    counts = [vocabulary.count(search_tokens(words)) for words in spoken]
    matches = Bm25([postings_of(counts)]).scores(vocabulary.numbers(search_tokens(question)))[0]
    lexical = matches / np.float32(max(float(matches.max(initial=0.0)), 1e-9))
    return lexical if similarities is None else (lexical + scale(similarities)) * np.float32(0.5)


def _similarities(vector: Vectors | None, texts: Sequence[QuotableText]) -> Floats | None:
    """Return the cosine of every sentence, None unless all have one."""
    rows = [text.vectors for text in texts if text.vectors is not None]
    if vector is None or not rows or len(rows) < len(texts):
        return None
    return np.concatenate(rows) @ vector
