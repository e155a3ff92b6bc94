"""Citation markers while they stream: validated, renumbered by first use, and tied to the words of their
passage.

A model writes `[n]` for the n-th passage of its prompt. What leaves here holds only markers of passages
that exist, numbered 1, 2, 3 in the order of their first use, so that the deltas joined equal the stored text.
Each quotation has a number of its own, also where several are of one passage: a number shows its reader what
bears out the words that it stands behind, and nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.llm.port import Piece
from config.kernel.hebrew.normalise import search_tokens
from conversations.types import CitationData
from retrieval.types import FoundPassage, Sentence

# One or two digits: "[2024]" is a year in the text, not a marker.
_MARKER = re.compile(r"[ \t]*\[ ?\d{1,2}(?: ?, ?\d{1,2}){0,7} ?\]")
_UNFINISHED = re.compile(r"[ \t]*(?:\[[\d ,]{0,40})?\Z")
_OPEN_BRACKET = re.compile(r"\[[\d ,]*\Z")
_BRACKETED = re.compile(r"\[([\d ,]{1,40})\]")
_NUMBER = re.compile(r"\d+")
_SHOWN = re.compile(r"\[(\d{1,2})\]")
_SENTENCE_END = re.compile(r"[.!?\n]")
_CLAIM_MEMORY = 600


MOST_CITATIONS = 99  # a number has two digits; what would be the next one is the passage's latest


@dataclass(frozen=True, slots=True)
class _Use:
    """A quotation of an answer; its number is its place among them, from 1."""

    passage: FoundPassage
    start: int
    end: int


def in_order(citations: Sequence[CitationData]) -> list[CitationData]:
    """Return the citations by their numbers."""
    return sorted(citations, key=lambda each: each.number)


def marked_by_passage(text: str, cited: Sequence[CitationData], passages: Sequence[FoundPassage]) -> str:
    """Return what a model wrote before with its markers as it wrote them: by the places of the passages."""
    places = {passage.id: place for place, passage in enumerate(passages, start=1)}
    by_number = {each.number: places[each.passage_id] for each in cited}
    return _SHOWN.sub(lambda mark: f"[{by_number.get(int(mark[1]), mark[1])}]", text)


class CitationStream:
    """Feeds on pieces, returns text that may be shown; `citations` are the ones used so far."""

    def __init__(
        self, passages: Sequence[FoundPassage], *, begun: str = "", cited: Sequence[CitationData] = ()
    ) -> None:
        """`cited` is what the `begun` text cites; its passages must be among the passages."""
        self._passages = passages
        by_id = {passage.id: passage for passage in passages}
        self._uses = [_Use(by_id[each.passage_id], each.start, each.end) for each in in_order(cited)]
        self._held = ""
        self._claim = begun[-_CLAIM_MEMORY:]
        self._quoted: tuple[int, int] | None = None

    def feed(self, piece: Piece) -> str:
        """Return what can be shown now; the beginning of a possible marker waits for the next piece."""
        if piece.verbatim:
            return self.flush() + self._remember(_defused(piece.text))
        if piece.quotes is not None:
            return self.flush() + self._quotation_mark(piece.text, piece.quotes)
        text = self._held + piece.text
        tail = _UNFINISHED.search(text)
        cut = tail.start() if tail else len(text)
        self._held = text[cut:]
        return self._resolve(text[:cut])

    def flush(self) -> str:
        """Return what was held back, at the end or before a quotation."""
        held, self._held = self._held, ""
        return self._resolve(held)

    @property
    def citations(self) -> tuple[CitationData, ...]:
        return tuple(_citation(number, use) for number, use in enumerate(self._uses, start=1))

    def _quotation_mark(self, text: str, quoted: tuple[int, int]) -> str:
        self._quoted = quoted
        shown = self._resolve(text)
        self._quoted = None
        return shown

    def _resolve(self, text: str) -> str:
        shown: list[str] = []
        position = 0
        for marker in _MARKER.finditer(text):
            shown.append(self._remember(text[position : marker.start()]))
            shown.append(self._renumbered(marker.group()))
            position = marker.end()
        shown.append(self._remember(text[position:]))
        return "".join(shown)

    def _renumbered(self, marker: str) -> str:
        numbers = [self._use(int(number)) for number in _NUMBER.findall(marker)]
        valid = [number for number in dict.fromkeys(numbers) if number is not None]
        if not valid:
            # Without it, what stands around it must not close up to a marker: "[1[9]]" is no "[1]".
            return "…" if _OPEN_BRACKET.search(self._claim) else ""
        space = marker[: len(marker) - len(marker.lstrip(" \t"))]
        return space + "".join(f"[{number}]" for number in valid)

    def _use(self, position: int) -> int | None:
        if not 1 <= position <= len(self._passages):
            return None
        passage = self._passages[position - 1]
        start, end = self._quoted or _supporting_span(passage, _last_sentence(self._claim))
        own = [number for number, use in enumerate(self._uses, start=1) if use.passage is passage]
        for number in own:
            use = self._uses[number - 1]
            if use.start <= start and end <= use.end:
                return number
        if len(self._uses) >= MOST_CITATIONS:
            return own[-1] if own else None
        self._uses.append(_Use(passage, start, end))
        return len(self._uses)

    def _remember(self, text: str) -> str:
        self._claim = (self._claim + text)[-_CLAIM_MEMORY:]
        return text


def _defused(quotation: str) -> str:
    """Return a quotation whose own bracketed numbers cannot be taken for markers of ours."""
    return _BRACKETED.sub(r"(\1)", quotation)


def _last_sentence(text: str) -> str:
    """Return the claim that a marker stands after: the last sentence with a word in it."""
    parts = [part for part in _SENTENCE_END.split(text) if part.strip()]
    return parts[-1] if parts else ""


def _supporting_span(passage: FoundPassage, claim: str) -> tuple[int, int]:
    """Return where the passage's sentence is that shares most stems with the claim; on a tie the more
    relevant one."""
    if not passage.sentences:
        return 0, len(passage.text)
    stems = set(search_tokens(claim))

    def support(sentence: Sentence) -> tuple[int, float]:
        return len(stems.intersection(search_tokens(sentence.text))), sentence.score

    best = max(passage.sentences, key=support)
    return best.start, best.end


def _citation(number: int, use: _Use) -> CitationData:
    return CitationData(
        number=number,
        passage_id=use.passage.id,
        document_id=use.passage.document.id,
        document_title=use.passage.document.title,
        quote=use.passage.text[use.start : use.end],
        start=use.start,
        end=use.end,
    )
