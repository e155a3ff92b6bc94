"""From events of the outbox to what people are told; handlers, which may be called twice."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts.selectors import everybody, manager_ids, names_of
from accounts.tenancy import tenant_scope
from analytics.models import GapQuestion, Mailing, Notification, NotificationKind
from analytics.notifications.choosing import choice_of
from config.kernel import outbox
from config.kernel.outbox import OutboxMessage
from config.kernel.signals import group_of, tell_after_commit
from conversations.questions import questions_of

MAIL_DUE = "notification.mail_due"
TOPIC = "notification"
KEPT = timedelta(days=90)


def tell_asker_of_gap(message: OutboxMessage) -> None:
    """Tell an asker of a closed gap that the latest of their questions in it can be answered."""
    with tenant_scope(message.organization_id):
        own = GapQuestion.objects.filter(gap_id=_id(message, "gap_id"), asker_id=_id(message, "user_id"))
        answers: list[UUID] = list(own.order_by("-asked_at").values_list("answer_id", flat=True)[:1])
    asked = questions_of(organization_id=message.organization_id, message_ids=answers)
    for question in asked.values():
        _tell(message, [_id(message, "user_id")], NotificationKind.QUESTION_ANSWERED, question.id)


def tell_asker_of_answer(message: OutboxMessage) -> None:
    """Tell whoever sent a question to the managers that it is answered."""
    about = _id(message, "question_id")
    _tell(message, [_id(message, "user_id")], NotificationKind.QUESTION_ANSWERED, about)


def tell_owner_of_reading(message: OutboxMessage) -> None:
    """Tell a person that somebody reads a conversation of theirs."""
    about = _id(message, "reading_id")
    _tell(message, [_id(message, "user_id")], NotificationKind.CONVERSATION_READ, about)


def tell_responsible(message: OutboxMessage) -> None:
    """Tell a person that a gap is theirs now."""
    _tell(message, [_id(message, "user_id")], NotificationKind.GAP_ASSIGNED, _id(message, "gap_id"))


def tell_uploader(message: OutboxMessage) -> None:
    """Tell whoever added a document that it could not be read as it is."""
    about = _id(message, "document_id")
    _tell(message, [_id(message, "user_id")], NotificationKind.DOCUMENT_FAILED, about)


def tell_managers_of_question(message: OutboxMessage) -> None:
    """Tell the managers that somebody sent them a question."""
    asker = _id(message, "user_id")
    others = [each for each in manager_ids(organization_id=message.organization_id) if each != asker]
    _tell(message, others, NotificationKind.QUESTION_REFERRED, _id(message, "referral_id"))


def tell_managers_of_account(message: OutboxMessage) -> None:
    """Tell the managers that somebody waits for approval."""
    managers = manager_ids(organization_id=message.organization_id)
    _tell(message, managers, NotificationKind.ACCOUNT_WAITING, _id(message, "user_id"))


def forget_old() -> int:
    """Delete what was told long ago; return how many."""
    forgotten = 0
    for organization in everybody():
        with tenant_scope(organization.pk):
            forgotten += Notification.objects.filter(created_at__lt=now() - KEPT).delete()[0]
    return forgotten


def _id(message: OutboxMessage, name: str) -> UUID:
    return UUID(str(message.payload[name]))


def _tell(message: OutboxMessage, recipients: Iterable[UUID], kind: NotificationKind, about: UUID) -> None:
    organization_id = message.organization_id
    for person_id in names_of(organization_id=organization_id, user_ids=list(recipients)):
        choice = choice_of(organization_id, person_id, kind=kind)
        if not choice.on_page and choice.mailing == Mailing.NEVER:
            continue
        with tenant_scope(organization_id), transaction.atomic():
            row, is_new = Notification.objects.get_or_create(
                recipient_id=person_id,
                kind=kind,
                subject_id=about,
                read_at=None,
                defaults={
                    "organization_id": organization_id,
                    "on_page": choice.on_page,
                    "mailing": choice.mailing,
                },
            )
            if is_new:
                _announce(row)


def _announce(row: Notification) -> None:
    if row.on_page:
        tell_after_commit(group_of(row.recipient_id), TOPIC)
    if row.mailing == Mailing.NOW:
        payload = {"notification_id": str(row.pk)}
        outbox.emit(MAIL_DUE, organization_id=row.organization_id, payload={**payload})
