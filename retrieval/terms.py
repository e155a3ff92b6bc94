"""How much of a question a passage holds: in words and stems, in roots, in pieces of words.

Each is the passage's BM25 score as a share of the greatest there could be, so 0..1 whatever the question's
length:

    share = sum over t of  idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |p| / average))
            / ((k1 + 1) · sum over t of  idf(t))

over the question's distinct terms t, those that no passage has included. How rare a term is in the
organisation is estimated from a fair sample of its passages (ids are random), the same whatever store finds
them.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from accounts.tenancy import current_organization_id
from config.kernel.hebrew.morphology import roots_of, trigrams_of
from config.kernel.hebrew.normalise import word_tokens
from retrieval import selectors
from retrieval.bm25 import K1, B

SAMPLE = 1000
# A full sample is taken again when this share of it may have changed.
_STALE = 0.02
_EXACT = "="
_NOTHING: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the question one passage holds, each in 0..1."""

    words: float
    roots: float
    trigrams: float


@dataclass(frozen=True, slots=True)
class _Terms:
    """How often the terms of one kind occur in a sample of texts."""

    texts: int
    average: float
    frequencies: Mapping[str, int]

    def idf(self, term: str) -> float:
        found = self.frequencies.get(term, 0)
        return math.log1p((self.texts - found + 0.5) / (found + 0.5))

    def share(self, asked: Mapping[str, float], counts: Mapping[str, int], length: int) -> float:
        """Return the share for the asked terms with their idf, and how often a text of `length` terms has
        each of them.
        """
        norm = K1 * (1 - B + B * length / self.average)
        score = sum(asked[term] * count / (count + norm) for term, count in counts.items())
        return score / max(sum(asked.values()), 1e-9)


class _Matcher:
    """Counts the asked terms in one text after the other; each word is taken apart once."""

    def __init__(self, terms: _Terms, asked: Iterable[str], of: Callable[[str], Sequence[str]]) -> None:
        self._terms = terms
        self._asked = {term: terms.idf(term) for term in asked}
        self._of = of
        self._known: dict[str, tuple[Sequence[str], int]] = {}

    def share(self, words: Iterable[str]) -> float:
        counts: dict[str, int] = {}
        length = 0
        for word in words:
            hits, size = self._known.get(word) or self._take_apart(word)
            length += size
            for term in hits:
                counts[term] = counts.get(term, 0) + 1
        return self._terms.share(self._asked, counts, length)

    def _take_apart(self, word: str) -> tuple[Sequence[str], int]:
        terms = self._of(word)
        strange = self._asked.keys().isdisjoint(terms)
        hits = _NOTHING if strange else [term for term in terms if term in self._asked]
        known = self._known[word] = hits, len(terms)
        return known


@dataclass(frozen=True, slots=True)
class Statistics:
    """The rarity of words, roots and trigrams in one organisation."""

    words: _Terms
    roots: _Terms
    trigrams: _Terms

    def shares(self, asked: Sequence[str], search_texts: Iterable[str]) -> list[Shares]:
        """Return the shares of the question's normal words in each of the passages' search texts."""
        tokens = [token for word in asked for token in word_tokens(word)]
        words = {token: self.words.idf(token) for token in tokens}
        roots = _Matcher(self.roots, _of_words(asked, roots_of), roots_of)
        trigrams = _Matcher(self.trigrams, _of_words(asked, trigrams_of), trigrams_of)
        found = []
        for text in search_texts:
            tokens = text.split()
            plain = _words_of(tokens)
            held = Counter(token for token in tokens if token in words)
            of_words = self.words.share(words, held, len(tokens))
            found.append(Shares(of_words, roots.share(plain), trigrams.share(plain)))
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    version: int
    statistics: Statistics

    def is_current(self, version: int) -> bool:
        changes = abs(version - self.version)
        is_full = self.statistics.words.texts >= SAMPLE
        return changes == 0 or (is_full and changes < SAMPLE * _STALE)


_known: dict[UUID, _Known] = {}
_lock = Lock()
_MOST_KNOWN = 200


def statistics() -> Statistics:
    """Return the statistics of the scope's organisation."""
    organization_id, version = current_organization_id(), selectors.index_version()
    with _lock:
        known = _known.get(organization_id)
    if known is None or not known.is_current(version):
        known = _Known(version, _of_texts(selectors.sample_of_search_texts(SAMPLE)))
        with _lock:
            _known.pop(organization_id, None)
            while len(_known) >= _MOST_KNOWN:
                del _known[next(iter(_known))]
            _known[organization_id] = known
    return known.statistics


def _of_texts(search_texts: Sequence[str]) -> Statistics:
    tokens = [text.split() for text in search_texts]
    words = [_words_of(text) for text in tokens]
    return Statistics(
        _terms(tokens),
        _terms([_of_words(text, roots_of) for text in words]),
        _terms([_of_words(text, trigrams_of) for text in words]),
    )


def _terms(texts: Sequence[Sequence[str]]) -> _Terms:
    frequencies = Counter(term for text in texts for term in set(text))
    average = sum(len(text) for text in texts) / max(len(texts), 1)
    return _Terms(len(texts), max(average, 1.0), frequencies)


def _words_of(tokens: Iterable[str]) -> list[str]:
    return [token[1:] for token in tokens if token.startswith(_EXACT)]


def _of_words(words: Iterable[str], of: Callable[[str], Sequence[str]]) -> list[str]:
    return [term for word in words for term in of(word)]
