"""A conversation as the page shows it: questions with their answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from conversations.grounds import WITHOUT_SOURCES
from conversations.referring import is_referable
from conversations.types import (
    CONTINUABLE,
    OPEN_STATUSES,
    QUOTING,
    Approval,
    CitationData,
    MessageRole,
    MessageStatus,
    MessageView,
    is_approval,
)

SHOWN_REASONS = 2
WORDED_REASONS = frozenset(
    {
        *("number_not_in_source", "no_citation", "partly_supported", "partly_uncited"),
        *(
            "question_partly_covered",
            "excerpts",
            "weak_match",
            "clear_match",
            "several_documents",
            "one_passage",
        ),
    }
)
ENDED_BADLY = frozenset({MessageStatus.STOPPED, MessageStatus.INTERRUPTED, MessageStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a message stands among those that were written in its place; ids lead to the neighbours."""

    number: int
    count: int
    previous: UUID | None
    next: UUID | None


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked."""

    id: UUID
    text: str
    pager: Pager | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `documents` names the passage to open for each title that the search found."""

    id: UUID
    text: str
    status: MessageStatus
    model: str
    confidence_level: str
    citations: tuple[CitationData, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    rating: str = ""
    pager: Pager | None = None
    approval: Approval | None = None
    referral: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_refused(self) -> bool:
        return self.status == MessageStatus.REFUSED

    @property
    def can_refer(self) -> bool:
        """Whether its question can be sent to the managers, and was not."""
        return is_referable(self.status, self.confidence_level, self.reasons) and not self.referral

    @property
    def is_extractive(self) -> bool:
        """Whether the text consists of quotations alone."""
        return self.model == QUOTING and bool(self.citations) and not self.is_refused and not self.is_open

    @property
    def is_cut_off(self) -> bool:
        return self.status in ENDED_BADLY

    @property
    def can_go_on(self) -> bool:
        """Whether a model may take the text up where it was cut off."""
        repeats = self.model == QUOTING or self.approval is not None
        is_own = not repeats and not self.is_free
        return self.status in CONTINUABLE and is_own and bool(self.text.strip())

    @property
    def is_free(self) -> bool:
        """Whether a model wrote it out of itself."""
        return WITHOUT_SOURCES in self.reasons

    @property
    def shown_reasons(self) -> tuple[str, ...]:
        """The weightiest of the reasons for its confidence that the page has words for."""
        return tuple(code for code in self.reasons if code in WORDED_REASONS)[:SHOWN_REASONS]

    @property
    def shows_confidence(self) -> bool:
        return self.status == MessageStatus.COMPLETE and self.confidence_level != "none"


@dataclass(slots=True)
class Exchange:
    """A question with its answer; at the edge of a page one of them may be on the other page."""

    question: Question | None = None
    answer: Answer | None = None


def exchanges_of(
    messages: Iterable[MessageView], siblings: Mapping[UUID, tuple[UUID, ...]] | None = None
) -> list[Exchange]:
    """Return the messages of one branch, oldest first, as questions with their answers."""
    places = siblings or {}
    exchanges: list[Exchange] = []
    for message in messages:
        pager = _pager(message.id, places.get(message.id, ()))
        if message.role == MessageRole.USER:
            exchanges.append(Exchange(question=Question(message.id, message.text, pager)))
            continue
        last = exchanges[-1] if exchanges else Exchange()
        if last.question and last.answer is None and last.question.id == message.parent_id:
            last.answer = _answer(message, pager)
        else:
            exchanges.append(Exchange(answer=_answer(message, pager)))
    return exchanges


def _pager(message_id: UUID, siblings: tuple[UUID, ...]) -> Pager | None:
    if len(siblings) < 2:
        return None
    at = siblings.index(message_id)
    before, after = siblings[:at], siblings[at + 1 :]
    return Pager(at + 1, len(siblings), before[-1] if before else None, after[0] if after else None)


def _answer(message: MessageView, pager: Pager | None) -> Answer:
    documents: dict[str, str] = {}
    for source in message.sources:
        if is_approval(source):
            continue
        documents.setdefault(str(source["title"]), str(source["passage_id"]))
    return Answer(
        id=message.id,
        text=message.text,
        status=message.status,
        model=message.model,
        confidence_level=message.confidence_level,
        citations=message.citations,
        documents=documents,
        rating=message.rating,
        pager=pager,
        approval=message.approval,
        referral=message.referral,
        reasons=message.grounds.reasons,
    )
