"""Do the documents answer the question? Placeholder until calibrated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from config.kernel.hebrew.normalise import content_words, word_tokens
from retrieval.ranking import Fused
from retrieval.types import Evidence

NO_EVIDENCE = Evidence(answerable=False, confidence=0.0, level="none")


@dataclass(frozen=True, slots=True)
class Signals:
    top: float | None
    spread: float | None
    coverage: float


def signals_of(question: str, hits: Sequence[Fused], search_texts: Sequence[str]) -> Signals:
    dense = np.array([hit.dense for hit in hits if hit.dense is not None])
    words = [set(word_tokens(word)) for word in content_words(question)]
    texts = [set(text.split()) for text in search_texts[:3]]
    coverage = max(
        (sum(bool(word & text) for word in words) / max(1, len(words)) for text in texts), default=0.0
    )
    if dense.size == 0:
        return Signals(None, None, coverage)
    return Signals(float(dense.max()), float((dense.max() - dense.mean()) / (dense.std() + 1e-6)), coverage)


def weigh(signals: Signals, embedder: str) -> Evidence:
    ok = signals.coverage > 0.3 or (signals.top or 0) > 0.83
    return Evidence(ok, 0.5 if ok else 0.0, "medium" if ok else "none")
