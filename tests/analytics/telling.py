"""Webhooks that lead to a program of the tests, and something to tell it."""

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Webhook, WebhookDelivery
from analytics.webhooks import managing
from analytics.webhooks.managing import Wanted
from config.kernel.outbox.relay import relay
from conversations import organizing
from conversations.organizing import Verdict
from tests.analytics.asking import answered


def add(manager: Actor, url: str, *events: str) -> Webhook:
    wanted = Wanted(url, events or ("message.rated",))
    return managing.save_webhook(actor=manager, hook=Webhook(), wanted=wanted)


def rate(actor: Actor) -> str:
    """Have an answer rated, and the outbox carried out; return the answer's id."""
    turn = answered(actor)
    organizing.rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict("up", comment="תודה"))
    relay()
    return str(turn.answer_id)


def deliveries(actor: Actor) -> list[WebhookDelivery]:
    with tenant_scope(actor.organization_id):
        return list(WebhookDelivery.objects.order_by("created_at", "id"))


def only(actor: Actor) -> WebhookDelivery:
    (found,) = deliveries(actor)
    return found
