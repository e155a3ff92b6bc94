"""The questions behind messages, for those who tell their askers of them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from accounts.tenancy import tenant_scope
from conversations.models import Message
from conversations.types import MessageRole


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of somebody's, and where it was asked."""

    id: UUID
    conversation_id: UUID
    text: str


def questions_of(*, organization_id: UUID, message_ids: Collection[UUID]) -> dict[UUID, Asked]:
    """Return the questions behind messages, themselves or those that they answer, by the messages' ids;
    those of deleted conversations are left out.
    """
    with tenant_scope(organization_id):
        rows = Message.objects.select_related("parent").filter(pk__in=message_ids)
        found = {row.pk: _question_of(row) for row in rows.filter(conversation__deleted_at=None)}
    return {
        message_id: Asked(row.pk, row.conversation_id, row.text)
        for message_id, row in found.items()
        if row is not None
    }


def _question_of(row: Message) -> Message | None:
    return row if row.role == MessageRole.USER else row.parent
