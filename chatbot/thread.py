"""A conversation as the page shows it: questions with their answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from conversations.types import OPEN_STATUSES, CitationData, MessageRole, MessageStatus, MessageView

EXTRACTIVE = "extractive"
ENDED_BADLY = frozenset({MessageStatus.STOPPED, MessageStatus.INTERRUPTED, MessageStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked."""

    id: UUID
    text: str


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

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_refused(self) -> bool:
        return self.status == MessageStatus.REFUSED

    @property
    def is_extractive(self) -> bool:
        """Whether the text consists of quotations alone."""
        return self.model == EXTRACTIVE and bool(self.citations) and not self.is_refused and not self.is_open

    @property
    def is_cut_off(self) -> bool:
        return self.status in ENDED_BADLY

    @property
    def shows_confidence(self) -> bool:
        return self.status == MessageStatus.COMPLETE and self.confidence_level != "none"


@dataclass(slots=True)
class Exchange:
    """A question with its answer; at the edge of a page one of them may be on the other page."""

    question: Question | None = None
    answer: Answer | None = None


def exchanges_of(messages: Iterable[MessageView]) -> list[Exchange]:
    """Return the messages, oldest first, as questions with their answers."""
    exchanges: list[Exchange] = []
    for message in messages:
        if message.role == MessageRole.USER:
            exchanges.append(Exchange(question=Question(message.id, message.text)))
            continue
        last = exchanges[-1] if exchanges else Exchange()
        if last.question and last.answer is None and last.question.id == message.parent_id:
            last.answer = _answer(message)
        else:
            exchanges.append(Exchange(answer=_answer(message)))
    return exchanges


def _answer(message: MessageView) -> Answer:
    documents: dict[str, str] = {}
    for source in message.sources:
        documents.setdefault(str(source["title"]), str(source["passage_id"]))
    return Answer(
        id=message.id,
        text=message.text,
        status=message.status,
        model=message.model,
        confidence_level=message.confidence_level,
        citations=message.citations,
        documents=documents,
    )
