"""What there is of an answer while it is written, and how sure it may sound."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from chatbot.citations import CitationStream
from chatbot.confidence import (
    ANSWERED_FOR,
    NO_CONFIDENCE,
    OUT_OF_ITSELF,
    Confidence,
    Weighed,
    confidence_of,
    share_borne_out,
    words_over,
)
from chatbot.llm.port import TokenCount
from chatbot.support import support_of
from conversations.types import QUOTING, CitationData, MessageStatus
from retrieval.approved import FoundAnswer
from retrieval.types import FoundPassage, PageStart, SearchResult


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer that did not come to its end, with what it cites."""

    text: str = ""
    citations: tuple[CitationData, ...] = ()


NOT_BEGUN = Begun()


@dataclass(slots=True)
class Draft:
    """What there is of the answer so far. The job holds it, so neither a stop nor a failure loses
    anything."""

    question: str = ""
    searched: str = ""  # the question with those that it goes on from, where it does
    begun: Begun = NOT_BEGUN
    status: MessageStatus = MessageStatus.COMPLETE
    parts: list[str] = field(default_factory=list)
    size: int = 0  # bytes of the parts as a frame carries them
    found: SearchResult | None = None
    markers: CitationStream | None = None
    tokens: TokenCount = field(default_factory=TokenCount)
    error_code: str = ""
    approved: FoundAnswer | None = None  # the approved answer whose words these are
    is_free: bool = False  # the model writes it out of itself
    model: str = ""  # who writes it

    @property
    def meant(self) -> str:
        """The question as it was searched: what an answer to it has to speak of."""
        return self.searched or self.question

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def citations(self) -> tuple[CitationData, ...]:
        return self.markers.citations if self.markers else self.begun.citations

    @property
    def pages(self) -> dict[UUID, tuple[PageStart, ...]]:
        """On which pages the passages stand that were found."""
        return {passage.id: passage.pages for passage in self.found.passages} if self.found else {}

    def _borne_out(self, cited: Sequence[FoundPassage]) -> float:
        if self.found is not None and self.found.is_whole:
            return 1.0
        by_id = {passage.id: passage for passage in cited}
        quoted = [each for each in self.citations if each.passage_id in by_id]
        over = [
            words for each in quoted for words in words_over(by_id[each.passage_id], each.start, each.end)
        ]
        return share_borne_out(self.meant, self.text, cited, over)

    @property
    def confidence(self) -> Confidence:
        if self.is_free:
            return OUT_OF_ITSELF
        if self.found is None or self.status == MessageStatus.REFUSED:
            return NO_CONFIDENCE
        if self.approved is not None:
            return ANSWERED_FOR
        cited = {citation.passage_id for citation in self.citations}
        passages = [passage for passage in self.found.passages if passage.id in cited]
        whole: Literal["quoted", "told"] = "quoted" if self.model == QUOTING else "told"
        return confidence_of(
            Weighed(
                evidence=self.found.evidence,
                citations=self.citations,
                borne_out=self._borne_out(passages),
                support=support_of(self.meant, self.text, self.citations, passages),
                whole=whole if self.found.is_whole else "",
            )
        )
