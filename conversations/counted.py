"""What is counted of closed answers: numbers, kinds and ids, without a word of them."""

from collections import defaultdict
from collections.abc import Collection
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


def counted_answers(*, organization_id: UUID, answer_ids: Collection[UUID]) -> dict[UUID, CountedAnswer]:
    """Return those of the answers that are closed, with their askers' departments as they are now, by id."""
    with tenant_scope(organization_id):
        rows = Message.objects.filter(pk__in=answer_ids, role=MessageRole.ASSISTANT).exclude(parent=None)
        closed = rows.exclude(status__in=OPEN_STATUSES).values("pk", *_FIELDS, "author__department_id")
        found = {row.pop("pk"): row for row in closed}
        complete = [pk for pk, row in found.items() if row["status"] == MessageStatus.COMPLETE]
        cited: dict[UUID, set[UUID]] = defaultdict(set)
        citations = Citation.objects.filter(message_id__in=complete)
        for answer_id, document_id in citations.values_list("message_id", "document_id"):
            cited[answer_id].add(document_id)
    return {
        pk: CountedAnswer(
            user_id=row.pop("author_id"),
            department_id=row.pop("author__department_id"),
            status=MessageStatus(row.pop("status")),
            documents=frozenset(cited[pk]),
            **row,
        )
        for pk, row in found.items()
    }
