"""From events to numbers; every handler may be called twice with the same event."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from accounts.tenancy import tenant_scope
from analytics.models import CountedEvent, DailyUsage
from config.kernel.outbox import OutboxMessage
from conversations.selectors import closed_turn
from conversations.types import MessageStatus

_COLUMN = {
    MessageStatus.COMPLETE: "answered",
    MessageStatus.STOPPED: "answered",
    MessageStatus.REFUSED: "refused",
    MessageStatus.FAILED: "failed",
    MessageStatus.INTERRUPTED: "failed",
}


def count_turn(message: OutboxMessage) -> None:
    """Add a closed turn to its day."""
    answer_id = UUID(str(message.payload["answer_id"]))
    found = closed_turn(organization_id=message.organization_id, answer_id=answer_id)
    if found is None:
        return
    answer = found[0]
    with tenant_scope(message.organization_id), transaction.atomic():
        _row, is_new = CountedEvent.objects.get_or_create(
            id=message.id, defaults={"organization_id": message.organization_id}
        )
        if not is_new:
            return
        usage, _is_new = DailyUsage.objects.get_or_create(
            day=localdate(answer.created_at), defaults={"organization_id": message.organization_id}
        )
        column = _COLUMN[answer.status]
        tokens = answer.usage.prompt_tokens + answer.usage.completion_tokens
        DailyUsage.objects.filter(pk=usage.pk).update(
            **{"questions": F("questions") + 1, column: F(column) + 1, "tokens": F("tokens") + tokens}
        )
