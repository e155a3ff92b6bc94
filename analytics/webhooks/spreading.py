"""From an event of the outbox to a delivery for each webhook that wants to hear of it."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import tenant_scope
from analytics.models import Webhook, WebhookDelivery
from config.kernel.outbox import OutboxMessage
from config.kernel.types import JSONObject

TEST = "webhook.test"
EVENTS: Mapping[str, str | Promise] = {
    "turn.refused": _("A question got no clear answer"),
    "message.rated": _("An answer was rated"),
    "gap.answered": _("A knowledge gap was closed"),
    "approved_answer.approved": _("An answer was approved"),
    "document.uploaded": _("A document was added or replaced"),
}


def spread(message: OutboxMessage) -> None:
    """Write a delivery for each active webhook of the organisation that wants the event; twice is once."""
    with tenant_scope(message.organization_id):
        wanting = [hook for hook in Webhook.objects.filter(active=True) if message.event in hook.events]
        WebhookDelivery.objects.bulk_create(
            [_delivery(hook, message) for hook in wanting], ignore_conflicts=True
        )


def _delivery(hook: Webhook, message: OutboxMessage) -> WebhookDelivery:
    return WebhookDelivery(
        id=uuid5(hook.pk, str(message.id)),
        organization_id=message.organization_id,
        webhook=hook,
        event=message.event,
        body=body_of(message.event, at=message.created_at.isoformat(), data=message.payload),
        created_at=message.created_at,
    )


def body_of(event: str, *, at: str, data: JSONObject) -> JSONObject:
    """Return what is sent: ids and counts, as the outbox has them, never a text or a name."""
    return {"type": event, "timestamp": at, "data": data}


def is_known(event: str) -> bool:
    return event in EVENTS


def mention(delivery_id: UUID) -> str:
    """Return how a delivery is named to its receiver, every time it is sent."""
    return f"msg_{delivery_id.hex}"
