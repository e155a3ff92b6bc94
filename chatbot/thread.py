"""A conversation as the page shows it: questions with their answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from conversations.types import CitationData, MessageStatus

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
    status: str
    model: str
    confidence_level: str
    citations: tuple[CitationData, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.status in {MessageStatus.QUEUED, MessageStatus.STREAMING}

    @property
    def is_refused(self) -> bool:
        return self.status == MessageStatus.REFUSED

    @property
    def is_extractive(self) -> bool:
        return self.model == EXTRACTIVE and bool(self.text) and not self.is_refused and not self.is_open

    @property
    def is_cut_off(self) -> bool:
        return self.status in ENDED_BADLY

    @property
    def shows_confidence(self) -> bool:
        return self.status == MessageStatus.COMPLETE and self.confidence_level != "none"
