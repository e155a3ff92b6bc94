"""From events to questions without a good answer. What is kept is brought in line with the database, whatever
an event says: events may come twice, late and in any order.
"""

from collections.abc import Collection
from uuid import UUID

from accounts.tenancy import tenant_scope
from analytics.gaps.gathering import gather
from analytics.models import GapQuestion
from config.kernel.hebrew.masking import mask_personal_data
from config.kernel.outbox import OutboxMessage
from conversations.unanswered import UnhelpfulAnswer, answers_of, unhelpful_answers
from retrieval.selectors import conversations_with_files


def collect_answer(message: OutboxMessage) -> None:
    """Keep the question of a closed or rated answer if that was no help, forget it if it was."""
    _bring_in_line(message.organization_id, [UUID(str(message.payload["answer_id"]))])


def collect_conversation(message: OutboxMessage) -> None:
    """Forget the questions of a conversation that was deleted, keep those of one that is back."""
    conversation_id = UUID(str(message.payload["conversation_id"]))
    answers = answers_of(organization_id=message.organization_id, conversation_id=conversation_id)
    _bring_in_line(message.organization_id, answers)


def _bring_in_line(organization_id: UUID, answer_ids: Collection[UUID]) -> None:
    unhelpful = unhelpful_answers(organization_id=organization_id, answer_ids=answer_ids)
    with tenant_scope(organization_id):
        # What is asked about somebody's own file says nothing about the organisation's documents.
        private = conversations_with_files({answer.conversation_id for answer in unhelpful.values()})
        kept = [answer for answer in unhelpful.values() if answer.conversation_id not in private]
        gone = set(answer_ids) - {answer.answer_id for answer in kept}
        changed = GapQuestion.objects.filter(answer_id__in=gone).delete()[0]
        for answer in kept:
            changed += _keep(organization_id, answer)
    if changed:
        gather(organization_id=organization_id)


def _keep(organization_id: UUID, answer: UnhelpfulAnswer) -> bool:
    """Keep the question; tell whether it is new."""
    reason = GapQuestion.Reason.REFUSED if answer.was_refused else GapQuestion.Reason.NOT_HELPFUL
    return GapQuestion.objects.get_or_create(
        answer_id=answer.answer_id,
        defaults={
            "organization_id": organization_id,
            "conversation_id": answer.conversation_id,
            "asker_id": answer.user_id,
            "text": mask_personal_data(answer.question),
            "reason": reason,
            "asked_at": answer.asked_at,
        },
    )[1]
