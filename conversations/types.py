"""What crosses the boundary of this app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from config.kernel.types import JSONObject
from conversations.grounds import NO_GROUNDS, Grounds

QUOTING = "extractive"  # the model whose answers consist of quotations alone
APPROVED = "approved"  # who writes an answer that a manager approved, word for word


class MessageRole(TextChoices):
    USER = "user", _("Question")
    ASSISTANT = "assistant", _("Answer")


class MessageStatus(TextChoices):
    """The life of an answer; the first two are open, the others final."""

    QUEUED = "queued", _("Queued")
    STREAMING = "streaming", _("Being written")
    COMPLETE = "complete", _("Complete")
    STOPPED = "stopped", _("Stopped")
    INTERRUPTED = "interrupted", _("Interrupted")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("No clear answer")


OPEN_STATUSES = (MessageStatus.QUEUED, MessageStatus.STREAMING)
CONTINUABLE = (MessageStatus.STOPPED, MessageStatus.INTERRUPTED)
# Why an answer ended that its writer did not bring to its end.
ABANDONED = "interrupted"  # the writer died: closed with its last checkpoint
WITHDRAWN = "access_changed"  # its asker may no longer read what it was written from


class Rating(TextChoices):
    UP = "up", _("Helpful")
    DOWN = "down", _("Not helpful")


@dataclass(frozen=True, slots=True)
class CitationData:
    """`quote` is `passage.text[start:end]` as it was when the answer was written."""

    number: int
    passage_id: UUID
    document_id: UUID
    document_title: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Approval:
    """Who answers for an approved answer, by name, and since when."""

    by: str
    at: datetime

    def as_json(self) -> JSONObject:
        return {"by": self.by, "at": localtime(self.at).isoformat()}


def approval_source(answer_id: UUID, question: str, approval: Approval) -> JSONObject:
    """Return what an answer's row keeps of the approved answer that it repeats: a source like its documents,
    whose readers are asked for again each time that the answer is shown.
    """
    return {
        "document_id": str(answer_id),
        "title": question,
        "category": "",
        "passage_id": str(answer_id),
        "page": None,
        "score": 1.0,
        "approval": approval.as_json(),
    }


def is_approval(source: JSONObject) -> bool:
    """Tell whether a source is the approved answer itself."""
    return "approval" in source


def approval_of(sources: Sequence[JSONObject]) -> Approval | None:
    """Return who approved the answer with these sources; None where nobody did, or it is withheld."""
    for source in sources:
        if is_approval(source):
            kept: Any = source["approval"]
            return Approval(kept["by"], datetime.fromisoformat(kept["at"]))
    return None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and the answer that is being written; `created` is False when the key was used before."""

    conversation_id: UUID
    session_id: str
    question_id: UUID
    answer_id: UUID
    organization_id: UUID
    user_id: UUID
    text: str
    created: bool


@dataclass(frozen=True, slots=True)
class HistoryItem:
    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the model reported."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """What there is of an answer so far; citations and sources are None where they have not changed."""

    text: str
    citations: Sequence[CitationData] | None = None
    sources: Sequence[JSONObject] | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`alive` is False when the answer was closed or its lease belongs to another process."""

    alive: bool
    stop_requested: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """How an answer ends; `first_text_ms` after the question its first words were there, None without any."""

    status: MessageStatus
    text: str
    citations: Sequence[CitationData] = ()
    sources: Sequence[JSONObject] = ()
    confidence: float = 0.0
    confidence_level: str = "none"
    grounds: Grounds = NO_GROUNDS
    usage: Usage = Usage()
    first_text_ms: int | None = None
    model: str = ""
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class AnswerState:
    """Where an answer stands, without its text."""

    status: MessageStatus
    error_code: str
    completed_at: datetime | None

    @property
    def is_cut_off(self) -> bool:
        """Whether its frames have no end: the writer died, or they were taken away."""
        return self.error_code in {ABANDONED, WITHDRAWN}


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as the database has it; `is_withheld` says that its reader is not shown all of it."""

    answer_id: UUID
    question_id: UUID
    conversation_id: UUID
    session_id: str
    status: MessageStatus
    text: str
    citations: tuple[CitationData, ...]
    sources: tuple[JSONObject, ...]
    confidence: float
    confidence_level: str
    usage: Usage
    model: str
    error_code: str
    created_at: datetime
    completed_at: datetime | None
    is_withheld: bool = False
    grounds: Grounds = NO_GROUNDS

    @property
    def approval(self) -> Approval | None:
        return approval_of(self.sources)


@dataclass(frozen=True, slots=True)
class ClosedTurn:
    """A closed answer with what it belongs to, for the handlers of the outbox."""

    answer: StoredAnswer
    question: str
    asked_at: datetime
    asked_after: UUID | None
    title: str
    user_id: UUID


@dataclass(frozen=True, slots=True)
class ConversationRef:
    """A line of the list of conversations; in a search with the words around the latest place found."""

    id: UUID
    session_id: str
    title: str
    pinned: bool
    archived: bool
    updated_at: datetime
    excerpt: str = ""
    found_message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A question or an answer as its owner sees it."""

    id: UUID
    parent_id: UUID | None
    role: MessageRole
    text: str
    status: MessageStatus
    citations: tuple[CitationData, ...]
    sources: tuple[JSONObject, ...]
    confidence: float
    confidence_level: str
    model: str
    error_code: str
    rating: str
    created_at: datetime
    completed_at: datetime | None
    is_withheld: bool = False
    grounds: Grounds = NO_GROUNDS
    referral: str = ""  # of an answer: what became of its question at the managers, empty if not sent

    @property
    def approval(self) -> Approval | None:
        return approval_of(self.sources)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of conversations; `cursor` leads to the next, None at the end."""

    items: tuple[ConversationRef, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of messages, oldest first; `earlier` leads to those before, None at the beginning."""

    items: tuple[MessageView, ...]
    earlier: str | None


@dataclass(frozen=True, slots=True)
class BranchPage:
    """A page of one branch, oldest first; `earlier` leads to what comes before it, None at the beginning.

    `siblings` has the messages that could stand in a message's place, itself among them, in their order.
    """

    items: tuple[MessageView, ...]
    siblings: Mapping[UUID, tuple[UUID, ...]]
    earlier: str | None


@dataclass(frozen=True, slots=True)
class ShareRef:
    """A conversation shown to colleagues, up to the moment `until`: the branch that ends with the message
    `last`, by default the one where something was said last.
    """

    id: UUID
    conversation_id: UUID
    title: str
    owner_id: UUID
    owner_name: str
    until: datetime
    last: UUID | None = None
