"""BM25 over texts that come and go, in parts that never change.

For the question's tokens t and a text p of length |p|:

    sum over t of  idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |p| / average)),
    idf(t) = ln(1 + (N − n(t) + ½) / (n(t) + ½)),   k1 = 1.2, b = 0.75

N, n(t) and the average count the living texts of all parts, so it does not matter how the texts are spread
over parts, nor which have died since. A question's tokens are read from the rarest on, until so many
occurrences have been read that more would only cost time: what is left is in nearly every text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
# About ten milliseconds of work; organisations of less than some 10,000 passages stay below it.
READ_OCCURRENCES = 200_000
_ALWAYS_READ = 3
_MOST_OFTEN = 65_535

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
Offsets = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Vocabulary:
    """Numbers for tokens; it only grows."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def count(self, tokens: Iterable[str]) -> "TokenCounts":
        """Return how often each token occurs, giving numbers to new ones."""
        counts = Counter(tokens)
        numbers = [self._numbers.setdefault(token, len(self._numbers)) for token in counts]
        frequencies = np.fromiter(counts.values(), np.int32, len(counts))
        return TokenCounts(np.array(numbers, np.int32), frequencies)

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """Return the numbers of the known ones among `tokens`, each once."""
        return [self._numbers[token] for token in dict.fromkeys(tokens) if token in self._numbers]


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """The distinct tokens of one text, by number, and how often each occurs."""

    numbers: Integers
    frequencies: Integers


@dataclass(frozen=True, slots=True)
class Postings:
    """An inverted index: for the i-th of the sorted `tokens`, the texts that have it and how often, between
    `starts[i]` and `starts[i + 1]`. `lengths` has the tokens of each text.
    """

    tokens: Integers
    starts: Offsets
    owners: Integers
    frequencies: NDArray[np.uint16]
    lengths: Floats

    def __len__(self) -> int:
        return len(self.lengths)

    def of(self, number: int) -> slice:
        """Return where the occurrences of a token are; an empty slice for none."""
        place = int(np.searchsorted(self.tokens, number))
        if place == len(self.tokens) or self.tokens[place] != number:
            return slice(0, 0)
        return slice(int(self.starts[place]), int(self.starts[place + 1]))


def postings_of(texts: Sequence[TokenCounts]) -> Postings:
    """Return the inverted index of the texts, in their order."""
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), [text.numbers.size for text in texts])
    lengths = np.array([text.frequencies.sum() for text in texts], np.float32)
    numbers = _joined([text.numbers for text in texts])
    return _sorted(numbers, owners, _joined([text.frequencies for text in texts]), lengths)


def merged(parts: Sequence[Postings], alive: Sequence[Mask]) -> Postings:
    """Return one index of the living texts of all parts, in their order."""
    numbers, owners, frequencies, lengths = [], [], [], []
    before = 0
    for part, living in zip(parts, alive, strict=True):
        places = np.cumsum(living, dtype=np.int32) + np.int32(before - 1)
        kept = living[part.owners]
        numbers.append(np.repeat(part.tokens, np.diff(part.starts))[kept])
        owners.append(places[part.owners[kept]])
        frequencies.append(part.frequencies[kept].astype(np.int32))
        lengths.append(part.lengths[living])
        before += int(living.sum())
    joined = np.concatenate(lengths) if lengths else np.zeros(0, np.float32)
    return _sorted(_joined(numbers), _joined(owners), _joined(frequencies), joined)


class Bm25:
    """Scores the texts of some parts; `alive` says which texts of each part count."""

    def __init__(self, parts: Sequence[Postings], alive: Sequence[Mask] | None = None) -> None:
        self._parts = parts
        self._alive = alive if alive is not None else [np.ones(len(part), np.bool_) for part in parts]
        self._whole = [bool(living.all()) for living in self._alive]
        self._count = sum(int(living.sum()) for living in self._alive)
        lengths = sum(
            float(part.lengths[living].sum()) for part, living in zip(parts, self._alive, strict=True)
        )
        self._average = max(lengths / self._count if self._count else 1.0, 1.0)

    def scores(self, numbers: Iterable[int]) -> list[Floats]:
        """Return the score of every text, part by part, for the question's distinct tokens; 0 where none of
        them occurs or the text is dead.
        """
        scores = [np.zeros(len(part), np.float32) for part in self._parts]
        for places in self._rarest(numbers):
            occurrences = sum(map(self._living, range(len(self._parts)), places))
            idf = np.float32(np.log1p((self._count - occurrences + 0.5) / (occurrences + 0.5)))
            for number, found in enumerate(places):
                self._add(scores[number], number, found, idf)
        for score, living, whole in zip(scores, self._alive, self._whole, strict=True):
            if not whole:
                score[~living] = 0
        return scores

    def _rarest(self, numbers: Iterable[int]) -> list[list[slice]]:
        """Return where the tokens occur in each part, the rarest first, as many as are read."""
        places = [[part.of(number) for part in self._parts] for number in numbers]
        sizes = [sum(found.stop - found.start for found in each) for each in places]
        order = sorted(range(len(places)), key=sizes.__getitem__)
        read = 0
        for place, number in enumerate(order):
            read += sizes[number]
            if read > READ_OCCURRENCES and place >= _ALWAYS_READ:
                return [places[number] for number in order[:place]]
        return [places[number] for number in order]

    def _living(self, number: int, found: slice) -> int:
        if self._whole[number]:
            return int(found.stop - found.start)
        return int(self._alive[number][self._parts[number].owners[found]].sum())

    def _add(self, scores: Floats, number: int, found: slice, idf: np.float32) -> None:
        if found.start == found.stop:
            return
        part = self._parts[number]
        owners, frequencies = part.owners[found], part.frequencies[found].astype(np.float32)
        norm = np.float32(K1 * (1 - B)) + part.lengths[owners] * np.float32(K1 * B / self._average)
        # Each text stands once among the occurrences of a token, so nothing is added twice at one place.
        scores[owners] += idf * np.float32(K1 + 1) * frequencies / (frequencies + norm)


def _sorted(numbers: Integers, owners: Integers, frequencies: Integers, lengths: Floats) -> Postings:
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    starts = np.append(first, len(numbers)).astype(np.int64)
    short = np.minimum(frequencies, _MOST_OFTEN).astype(np.uint16)
    return Postings(ordered[first], starts, owners[order], short[order], lengths)


def _joined(arrays: Sequence[Integers]) -> Integers:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int32)
