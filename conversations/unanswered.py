"""Answers that were no help, over the whole organisation: for the report of what its documents lack."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.tenancy import tenant_scope
from conversations.models import Feedback, Message
from conversations.types import MessageRole, MessageStatus, Rating


@dataclass(frozen=True, slots=True)
class UnhelpfulAnswer:
    """A question whose answer was a refusal, or that its asker called unhelpful."""

    answer_id: UUID
    conversation_id: UUID
    user_id: UUID
    question: str
    asked_at: datetime
    was_refused: bool


def unhelpful_answers(*, organization_id: UUID, answer_ids: Collection[UUID]) -> dict[UUID, UnhelpfulAnswer]:
    """Return those of the answers that were no help, by id.

    A refusal because the documents could not be searched says nothing about them, and does not count; nor
    does a deleted conversation.
    """
    with tenant_scope(organization_id):
        rated_down = Exists(Feedback.objects.filter(message=OuterRef("pk"), rating=Rating.DOWN))
        refused = Q(status=MessageStatus.REFUSED, error_code="")
        found = (
            Message.objects.filter(refused | rated_down, pk__in=answer_ids, role=MessageRole.ASSISTANT)
            .filter(conversation__deleted_at=None)
            .select_related("parent")
        )
        return {row.pk: _unhelpful(row, row.parent) for row in found if row.parent is not None}


def answers_of(*, organization_id: UUID, conversation_id: UUID) -> list[UUID]:
    """Return the ids of all answers of a conversation, also of a deleted one."""
    with tenant_scope(organization_id):
        answers = Message.objects.filter(conversation_id=conversation_id, role=MessageRole.ASSISTANT)
        return list(answers.values_list("pk", flat=True))


def _unhelpful(row: Message, question: Message) -> UnhelpfulAnswer:
    return UnhelpfulAnswer(
        answer_id=row.pk,
        conversation_id=row.conversation_id,
        user_id=row.author_id,
        question=question.text,
        asked_at=question.created_at,
        was_refused=row.status == MessageStatus.REFUSED,
    )
