"""Do the cited passages say what the answer says? Each sentence is compared with what its marks stand for.

It is compared by its words, in any form, and by its numbers, which have to stand in a cited passage as they
are. A sentence without a mark of its own goes with the next mark of its paragraph.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.kernel.hebrew.direction import dominant_direction
from config.kernel.hebrew.normalise import content_words
from conversations.types import CitationData
from retrieval.matching import keys_of, keys_of_word
from retrieval.types import FoundPassage

_MARKS = re.compile(r"(?:[ \t]*\[\d{1,2}\])+")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_PARAGRAPH = re.compile(r"\n\s*\n")
_SAYS_SOMETHING = 3  # words; what has fewer, or leads into a list, claims nothing
_ENUMERATION = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Claim:
    """What an answer says in one place, and the numbers of the citations that it names for it."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """`score` is the share of the words that the named passages hold, None where none could be compared;
    `uncited` the share of the words for which no passage is named; `has_strange_number` tells whether a
    number stands in none of the named passages, nor in the question.
    """

    score: float | None
    uncited: float = 0.0
    has_strange_number: bool = False


NOT_COMPARED = Support(None)


def support_of(
    question: str, answer: str, citations: Sequence[CitationData], passages: Sequence[FoundPassage]
) -> Support:
    """Compare an answer with the passages that it cites; some milliseconds of work."""
    by_id = {passage.id: passage for passage in passages}
    cited = {each.number: by_id[each.passage_id] for each in citations if each.passage_id in by_id}
    held = weighed = uncited = 0.0
    strange = False
    for claim in claims_of(answer):
        words = content_words(claim.text)
        sources = [cited[number] for number in claim.numbers if number in cited]
        if not sources:
            uncited += len(words) if len(words) >= _SAYS_SOMETHING else 0
            continue
        strange = strange or not _numbers(claim.text) <= _numbers(question, *map(_whole, sources))
        if any(dominant_direction(each.text) != dominant_direction(claim.text) for each in sources):
            continue  # in another language the words are others, and only the numbers stay
        keys = keys_of(*map(_whole, sources))
        held += sum(not keys_of_word(word).isdisjoint(keys) for word in words)
        weighed += len(words)
    said = weighed + uncited
    return Support(held / weighed if weighed else None, uncited / said if said else 0.0, strange)


def claims_of(answer: str) -> Iterator[Claim]:
    """Yield what the answer says, paragraph by paragraph, each part with the marks behind it."""
    for paragraph in _PARAGRAPH.split(answer):
        position = 0
        for marks in _MARKS.finditer(paragraph):
            numbers = tuple(map(int, re.findall(r"\d+", marks.group())))
            yield Claim(paragraph[position : marks.start()], numbers)
            position = marks.end()
        rest = paragraph[position:].strip(" .,;|\n")
        if rest and not rest.endswith(":"):
            yield Claim(rest, ())


def _numbers(*texts: str) -> set[str]:
    plain = [_ENUMERATION.sub("", text) for text in texts]
    return {number.replace(",", "") for text in plain for number in _NUMBER.findall(text)}


def _whole(passage: FoundPassage) -> str:
    return f"{passage.document.title}\n{passage.heading}\n{passage.text}"
