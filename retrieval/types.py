"""What crosses the boundary of this app."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

EVERYONE = "everyone"
Level = Literal["high", "medium", "low", "none"]
Ranking = Literal["reranker", "reranker_unavailable"]


def department_audience(department_id: UUID) -> str:
    """Return the audience token of one department."""
    return f"department:{department_id}"


def person_audience(user_id: UUID) -> str:
    """Return the audience token of one person."""
    return f"person:{user_id}"


def conversation_audience(conversation_id: UUID) -> str:
    """Return the audience token of the private files of one conversation; no reader of documents has it."""
    return f"conversation:{conversation_id}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes a search or a document is for; build it with `retrieval.access.reader_of`."""

    organization_id: UUID
    user_id: UUID
    department_id: UUID | None
    sees_all: bool
    sees_nothing: bool = False

    @property
    def audience(self) -> frozenset[str] | None:
        """The tokens of which a document must carry one; None when all documents may be seen."""
        if self.sees_nothing:
            return frozenset()
        if self.sees_all:
            return None
        own = {department_audience(self.department_id)} if self.department_id else set()
        return frozenset({EVERYONE, person_audience(self.user_id), *own})

    def may_read_all_that(self, other: "Reader") -> bool:
        """Tell whether this is the same person, with no fewer rights."""
        is_same = (self.organization_id, self.user_id) == (other.organization_id, other.user_id)
        mine, others = self.audience, other.audience
        return is_same and (mine is None or (others is not None and mine >= others))


@dataclass(frozen=True, slots=True)
class DocumentRef:
    id: UUID
    title: str
    category: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """`passage.text[start:end]`; `score` in 0..1 is half lexical, half dense relevance to the question."""

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class PageStart:
    """`start` is the offset in a passage's text from which it stands on `page`, counted from 1."""

    page: int
    start: int


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that was found: `score` in 0..1 within this search, `dense` its cosine, if it has one.

    `ordinal` is its place in its document, from 0; `pages` are all on which it stands, `page` the first.
    """

    id: UUID
    document: DocumentRef
    text: str
    page: int | None
    heading: str
    score: float
    dense: float | None
    sentences: tuple[Sentence, ...]
    ordinal: int = 0
    pages: tuple[PageStart, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether the documents answer: `confidence` in 0..1, `level` its name, "none" when refused.

    It `decides` by itself where it was calibrated for an embedder: it then tells more than the words of what
    could be quoted (docs/answers.md). It is `foreign` where the question is in another language than what was
    found for it.
    """

    answerable: bool
    confidence: float
    level: Level
    decides: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found; `ranking` tells whether a reranker ordered it or was away, None where there is none."""

    passages: tuple[FoundPassage, ...]
    evidence: Evidence
    took_ms: float
    ranking: Ranking | None = None
    is_whole: bool = False  # not what was found for a question, but what stands in files
