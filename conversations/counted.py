"""What is counted of a closed answer: numbers, kinds and ids, without a word of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.tenancy import tenant_scope
from conversations.models import Citation, Message
from conversations.types import OPEN_STATUSES, MessageRole, MessageStatus

_FIELDS = (
    *("author_id", "status", "created_at", "prompt_tokens", "completion_tokens"),
    *("confidence_level", "first_text_ms"),
)


@dataclass(frozen=True, slots=True)
class CountedAnswer:
    """A closed answer; `documents` are those that it cites, if it is complete."""

    user_id: UUID
    department_id: UUID | None
    status: MessageStatus
    created_at: datetime
    prompt_tokens: int
    completion_tokens: int
    confidence_level: str
    first_text_ms: int | None
    documents: frozenset[UUID]


def counted_answer(*, organization_id: UUID, answer_id: UUID) -> CountedAnswer | None:
    """Return a closed answer with its asker's department as it is now; None when the answer is gone."""
    with tenant_scope(organization_id):
        rows = Message.objects.filter(pk=answer_id, role=MessageRole.ASSISTANT).exclude(parent=None)
        closed = rows.exclude(status__in=OPEN_STATUSES).values(*_FIELDS, "author__department_id").first()
        if closed is None:
            return None
        is_complete = closed["status"] == MessageStatus.COMPLETE
        cited = Citation.objects.filter(message_id=answer_id).values_list("document_id", flat=True)
        documents = frozenset(cited) if is_complete else frozenset()
    return CountedAnswer(
        user_id=closed.pop("author_id"),
        department_id=closed.pop("author__department_id"),
        status=MessageStatus(closed.pop("status")),
        documents=documents,
        **closed,
    )
