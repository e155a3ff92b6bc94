"""What there is to quote in the found passages, and how well each of it answers each part of a question."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatbot.llm.answer_types import AnswerType, asked_types, speaks_of_itself, types_in
from config.kernel.hebrew.normalise import content_words
from config.kernel.hebrew.quantities import Quantity, quantities_in, range_of
from retrieval.chunking import last_heading
from retrieval.matching import Asked, asked, asked_in_any_language, keys_of, keys_of_word
from retrieval.types import FoundPassage
from retrieval.units import Unit, label_of, units_of

# How much it counts, beside the share of the question's words that a unit holds: words in the heading or the
# title alone, or a word of the same root; the nearness of its meaning and its passage's; a range around the
# question's number; what is asked for; a heading or title about the question; words side by side as in the
# question. A sentence about its own document loses as much as all of the question's words are worth.
_IN_HEADING, _IN_TITLE, _SAME_ROOT = 0.7, 0.4, 0.5
_MEANING, _PASSAGE, _NUMBER, _TYPE, _TOPIC, _PHRASE = 0.8, 0.4, 0.5, 0.25, 0.3, 0.3
_OF_ITSELF = 1.0
_OTHER_PARTS, _GONE_ON_FROM = 0.3, 0.7
_ASKING = "כמה|מתי|איך|כיצד|מי|מה|מהו|מהי|מהם|מהן|איפה|היכן|האם|למי|לאן|לכמה|באיזה|באיזו|אילו|מדוע|למה"
_NEXT_PART = re.compile(
    rf"[?؟;]\s*(?=\S)|,?\s+ו(?=(?:תוך\s+)?(?:{_ASKING})\s)"
    r"|,?\s+(?:and|also)\s+(?=(?:how|what|when|who|where|which)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A unit of the passage with that number (from 1), to be quoted with its head."""

    number: int
    passage: FoundPassage
    unit: Unit
    score: float

    @property
    def place(self) -> tuple[int, int]:
        return self.number, self.unit.start

    @property
    def text(self) -> str:
        """What is quoted, as it will be read."""
        return "\n".join(self.passage.text[start:end] for start, end in self.spans)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """What of the passage is quoted, in order: one span where head and parts stand together."""
        unit, text = self.unit, self.passage.text
        first, last = unit.parts[0][0], unit.parts[-1][1]
        if unit.head is None:
            return [(first, last)]
        is_joined = not text[unit.head[1] : first].strip()
        return [(unit.head[0], last)] if is_joined else [unit.head, (first, last)]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the question: its words with their weight, its numbers, and what it asks for."""

    words: tuple[tuple[Asked, float], ...]
    pairs: tuple[tuple[str, str], ...]
    quantities: tuple[Quantity, ...]
    types: frozenset[AnswerType]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with the keys of its words: by row, item or sentence together with the head, and in all."""

    quotation: Quotation
    own: tuple[frozenset[str], ...]
    whole: frozenset[str]
    sequence: tuple[frozenset[str], ...]
    heading: frozenset[str]
    title: frozenset[str]
    relevance: float
    types: frozenset[AnswerType]
    is_of_itself: bool


def candidates_of(passages: Sequence[FoundPassage]) -> list[Candidate]:
    """Return all units of the passages but those that only repeat the document's title."""
    return [
        _candidate(Quotation(number, passage, unit, 0.0))
        for number, passage in enumerate(passages, start=1)
        for unit in units_of(passage.text, last_heading(passage.heading))
        if _says_more(passage, unit)
    ]


def _says_more(passage: FoundPassage, unit: Unit) -> bool:
    """Tell whether the unit is more than the document's own title standing in its text."""
    words = " ".join(passage.text[slice(*span)] for span in unit.parts).split()
    return words != passage.document.title.split()


def _candidate(quotation: Quotation) -> Candidate:
    unit, passage = quotation.unit, quotation.passage
    # An answer is about what its question says, so it is weighed as if that led into it.
    asked_there = passage.text[slice(*unit.question)] if unit.question else ""
    above = passage.text[slice(*unit.head)] if unit.head else ""
    head = f"{asked_there}\n{above}" if asked_there else above
    parts = [passage.text[start:end] for start, end in unit.parts]
    whole = [(unit.start, unit.end), *([unit.question] if unit.question else [])]
    inside = [
        each.score
        for each in passage.sentences
        if any(start <= each.start and each.end <= end for start, end in whole)
    ]
    return Candidate(
        quotation=quotation,
        own=tuple(keys_of(head, part) for part in parts),
        whole=keys_of(head, *parts),
        sequence=tuple(keys_of_word(word) for word in content_words(f"{asked_there}\n{quotation.text}")),
        heading=keys_of(unit.heading, last_heading(passage.heading)),
        title=keys_of(passage.document.title),
        relevance=max(inside, default=0.0),
        types=types_in("\n".join([above, *parts])),
        is_of_itself=unit.head is None and speaks_of_itself(parts[0]),
    )


def parts_of(question: str, candidates: Sequence[Candidate], meant: str = "") -> list[Part]:
    """Return the question's parts; each counts the others' words a little: "and when is it due?".

    What it goes on from, in `meant`, is what every part is about, and counts for more.
    """
    texts = [text for text in _NEXT_PART.split(question) if text and asked(text)] or [question]
    everything = [(word, _rarity(word, candidates)) for word in asked_in_any_language(meant or question)]
    said = {word.word for word in asked(question)}
    parts = []
    for text in texts:
        own = [word.word for word in asked(text)]
        words = [(word, weight * _share(word, own, said)) for word, weight in everything]
        parts.append(
            Part(
                words=tuple(words),
                pairs=tuple(pairwise(content_words(text))),
                quantities=tuple(quantities_in(text)),
                types=asked_types(text),
            )
        )
    return parts


def _share(word: Asked, own: Sequence[str], said: Collection[str]) -> float:
    """Return how much a word counts for a part of the question: its own fully."""
    if word.word in own:
        return 1.0
    return _OTHER_PARTS if word.word in said else _GONE_ON_FROM


def _rarity(word: Asked, candidates: Sequence[Candidate]) -> float:
    having = sum(1 for each in candidates if word.is_in(each.whole))
    return math.log1p(len(candidates) / (having + 0.5))


def score_of(candidate: Candidate, part: Part) -> float:
    """Return how well the unit answers one part of the question."""
    is_pointed = bool(pointed_parts(candidate.quotation, part.quantities))
    single = max(share_of(part, keys, candidate, is_pointed=is_pointed) for keys in candidate.own)
    words = (single + share_of(part, candidate.whole, candidate, is_pointed=is_pointed)) / 2
    topic = _TOPIC * _weight(part, candidate.heading | candidate.title)
    kind = _TYPE * len(part.types & candidate.types) / max(len(part.types), 1)
    pointed = _NUMBER if is_pointed else 0.0
    phrases = _PHRASE * _phrases(candidate, part)
    found = _MEANING * candidate.relevance + _PASSAGE * candidate.quotation.passage.score
    return words + topic + kind + pointed + phrases + found - (_OF_ITSELF if candidate.is_of_itself else 0.0)


def _phrases(candidate: Candidate, part: Part) -> float:
    """Return the share of the question's neighbouring words that are neighbours in the unit as well."""
    if not part.pairs:
        return 0.0
    met = sum(1 for one, other in part.pairs if _are_neighbours(candidate.sequence, one, other))
    return met / len(part.pairs)


def _are_neighbours(sequence: Sequence[frozenset[str]], one: str, other: str) -> bool:
    first, second = keys_of_word(one), keys_of_word(other)
    return any(not first.isdisjoint(a) and not second.isdisjoint(b) for a, b in pairwise(sequence))


def _weight(part: Part, keys: frozenset[str]) -> float:
    held = sum(weight for word, weight in part.words if word.is_in(keys))
    return held / max(sum(weight for _, weight in part.words), 1e-9)


def share_of(part: Part, keys: frozenset[str], candidate: Candidate, *, is_pointed: bool) -> float:
    """Return the share of the part's words that the keys hold, or less surely the heading or the title.

    A number is held as well where the unit is pointed to: where a row's label states a range around it.
    """
    held = 0.0
    for word, weight in part.words:
        if word.is_in(keys) or (is_pointed and word.is_number):
            held += weight
        elif word.is_in(candidate.heading):
            held += weight * _IN_HEADING
        elif word.may_be_in(keys):
            held += weight * _SAME_ROOT
        elif word.is_in(candidate.title):
            held += weight * _IN_TITLE
    return held / max(sum(weight for _, weight in part.words), 1e-9)


def pointed_parts(quotation: Quotation, quantities: Sequence[Quantity]) -> list[int]:
    """Return which rows or items are about the question's numbers, by the range that their label states."""
    unit, text = quotation.unit, quotation.passage.text
    column = label_of(text[slice(*unit.head)]) if unit.head else ""
    found = []
    for index, (start, end) in enumerate(unit.parts):
        stated = range_of(label_of(text[start:end]), column)
        if stated is not None and any(stated.holds(quantity) for quantity in quantities):
            found.append(index)
    return found
