"""Questions without a clear answer that their askers send to the managers, who keep the knowledge.

The asker decides: nothing of a conversation is shown to anybody unless it is sent, and then the question
alone.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel import outbox
from config.kernel.errors import NotFoundError
from conversations import memory
from conversations.access import get_answer
from conversations.errors import AnsweredClearlyError
from conversations.grounds import WITHOUT_SOURCES, Grounds
from conversations.models import Message, Referral
from conversations.referrals import AskedFor, ReferralState, ReferredQuestion
from conversations.signals import tell_of_conversation
from conversations.types import MessageStatus

QUESTION_REFERRED, QUESTION_ANSWERED = "question.referred", "question.answered"
_EARLIER_ITEMS = 10


def is_referable(status: MessageStatus, confidence_level: str, reasons: Collection[str]) -> bool:
    """Tell whether an answer leaves its question open: a refusal, or one of low confidence, or without
    sources.
    """
    unsure = confidence_level == "low" or WITHOUT_SOURCES in reasons
    return status == MessageStatus.REFUSED or (status == MessageStatus.COMPLETE and unsure)


def asked_for(*, actor: Actor, answer_id: UUID) -> AskedFor:
    """Return the question of one of the actor's answers; raises NotFoundError."""
    question = _question_of(get_answer(answer_id=answer_id, actor=actor), actor)
    before: tuple[str, ...] = ()
    if question.parent_id is not None:
        with tenant_scope(actor.organization_id):
            items = memory.branch_until(question.parent_id, limit=_EARLIER_ITEMS)
        before = tuple(item.text for item in items if item.role == "user")
    return AskedFor(question.text, before)


def refer_question(*, actor: Actor, answer_id: UUID, text: str) -> tuple[ReferredQuestion, bool]:
    """Send the question of an answer to the managers, and tell whether that was new; `text` is the question
    as it is understood by itself. Sent a second time, it stays as it is.

    Raises NotFoundError, AnsweredClearlyError.
    """
    answer = get_answer(answer_id=answer_id, actor=actor)
    question = _question_of(answer, actor)
    reasons = Grounds.of(answer.grounds).reasons
    if not is_referable(MessageStatus(answer.status), answer.confidence_level, reasons):
        raise AnsweredClearlyError
    with tenant_scope(actor.organization_id), transaction.atomic():
        row, is_new = Referral.objects.get_or_create(
            question_id=question.pk,
            defaults={
                "organization_id": actor.organization_id,
                "asker_id": actor.user_id,
                "text": text,
            },
        )
        if is_new:
            audit.record(QUESTION_REFERRED, actor_id=actor.user_id, target=row.pk)
            _emit(QUESTION_REFERRED, row)
            _tell_asker(row)
    return _referred(row), is_new


def open_questions(*, organization_id: UUID, limit: int) -> list[ReferredQuestion]:
    """Return the questions that wait for an answer, the oldest first; for the handlers of the outbox."""
    with tenant_scope(organization_id):
        rows = Referral.objects.filter(state=ReferralState.OPEN).order_by("created_at", "pk")[:limit]
        return [_referred(row) for row in rows]


def referred_texts(*, organization_id: UUID, referral_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what those of the referred questions that there are ask, by id."""
    with tenant_scope(organization_id):
        return dict(Referral.objects.filter(pk__in=referral_ids).values_list("pk", "text"))


def close_question(*, organization_id: UUID, referral_id: UUID, approved_answer_id: UUID) -> None:
    """Note that an approved answer answers the question now; one that is closed stays as it is."""
    with tenant_scope(organization_id), transaction.atomic():
        row = Referral.objects.select_for_update().filter(pk=referral_id, state=ReferralState.OPEN).first()
        if row is not None:
            row.approved_answer_id = approved_answer_id
            _close(row, None)


def set_answered(*, actor: Actor, referral_ids: Collection[UUID], answered: bool) -> int:
    """Close or reopen questions of the manager's organisation; return how many changed.

    Raises PermissionDeniedError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        state = ReferralState.OPEN if answered else ReferralState.ANSWERED
        rows = list(Referral.objects.select_for_update().filter(pk__in=referral_ids, state=state))
        for row in rows:
            if answered:
                _close(row, actor.user_id)
            else:
                _reopen(row, actor.user_id)
        return len(rows)


def _close(row: Referral, manager_id: UUID | None) -> None:
    row.state, row.answered_at, row.answered_by_id = ReferralState.ANSWERED, now(), manager_id
    row.save(update_fields=["state", "answered_at", "answered_by", "approved_answer_id"])
    audit.record(QUESTION_ANSWERED, actor_id=manager_id, target=row.pk)
    _emit(QUESTION_ANSWERED, row)
    _tell_asker(row)


def _reopen(row: Referral, manager_id: UUID) -> None:
    row.state, row.answered_at, row.answered_by_id = ReferralState.OPEN, None, None
    row.approved_answer_id = None
    row.save(update_fields=["state", "answered_at", "answered_by", "approved_answer_id"])
    audit.record("question.reopened", actor_id=manager_id, target=row.pk)
    _tell_asker(row)


def _emit(event: str, row: Referral) -> None:
    payload = {
        "referral_id": str(row.pk),
        "question_id": str(row.question_id),
        "user_id": str(row.asker_id),
    }
    outbox.emit(event, organization_id=row.organization_id, payload={**payload})


def _tell_asker(row: Referral) -> None:
    tell_of_conversation(owner_id=row.asker_id, conversation_id=row.question.conversation_id)


def _question_of(answer: Message, actor: Actor) -> Message:
    with tenant_scope(actor.organization_id):
        question: Message | None = Message.objects.filter(pk=answer.parent_id).first()
    if question is None:
        raise NotFoundError
    return question


def _referred(row: Referral) -> ReferredQuestion:
    return ReferredQuestion(
        id=row.pk,
        question_id=row.question_id,
        asker_id=row.asker_id,
        text=row.text,
        state=ReferralState(row.state),
        sent_at=row.created_at,
        answered_at=row.answered_at,
    )
