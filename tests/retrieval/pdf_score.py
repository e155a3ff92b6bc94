"""How much of a text arrived: words, pairs of neighbours, words turned round."""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_MARKS = re.compile(r"^#+ |^- |^\|[-|]+\|$", re.MULTILINE)
_HEBREW = re.compile("[\u05d0-\u05ea]{2,}")


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of the words and pairs that were found, and how many words stand there backwards."""

    words: float
    pairs: float
    reversed_words: int

    def is_within(self, bounds: "Score") -> bool:
        return (
            self.words >= bounds.words
            and self.pairs >= bounds.pairs
            and self.reversed_words <= bounds.reversed_words
        )


def score(truth: Sequence[str], text: str) -> Score:
    """Compare the words of a document with the Markdown that was read from it."""
    wanted = [_normal(word) for word in truth]
    found = [_normal(word) for word in _MARKS.sub("", text).replace("|", " ").split()]
    found = [word for word in found if re.search(r"\w", word)]
    wanted = [word for word in wanted if re.search(r"\w", word)]
    words, pairs = Counter(wanted), Counter(itertools.pairwise(wanted))
    return Score(
        (words & Counter(found)).total() / words.total(),
        (pairs & Counter(itertools.pairwise(found))).total() / max(pairs.total(), 1),
        _reversed_words(wanted, found),
    )


def _normal(word: str) -> str:
    return unicodedata.normalize("NFC", word)


def _reversed_words(wanted: Sequence[str], found: Sequence[str]) -> int:
    known = {word for each in wanted for word in _HEBREW.findall(each)}
    words = (word for each in found for word in _HEBREW.findall(each))
    return sum(1 for word in words if word not in known and word[::-1] in known)
