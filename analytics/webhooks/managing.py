"""What managers do with webhooks: add, change, delete, try, give another key, send again."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import require_manager
from accounts.selectors import everybody
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Webhook, WebhookDelivery
from analytics.models.webhooks import HIDING_SALT, in_some_days
from analytics.webhooks.addresses import target_of
from analytics.webhooks.signing import new_secret
from analytics.webhooks.spreading import TEST, body_of, is_known
from config.kernel.errors import InvalidInputError, NotFoundError
from config.kernel.hiding import UnreadableSecretError, hidden_anew

logger = logging.getLogger(__name__)
MOST_WEBHOOKS = 20


class EventsUnknownError(InvalidInputError):
    code = "webhook_events_unknown"
    message = _("Choose at least one of the events.")


class TooManyWebhooksError(InvalidInputError):
    code = "too_many_webhooks"
    message = _("An organization has at most twenty webhooks.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a webhook leads, and what it hears of."""

    url: str
    events: tuple[str, ...]
    active: bool = True


def save_webhook(*, actor: Actor, hook: Webhook, wanted: Wanted) -> Webhook:
    """Add the webhook with a new key, or change it; one that is active again is tried at once.

    Raises PermissionDeniedError, AddressRefusedError, EventsUnknownError, TooManyWebhooksError.
    """
    require_manager(actor)
    target_of(wanted.url)
    if not wanted.events or not all(map(is_known, wanted.events)):
        raise EventsUnknownError(details={"field": "events"})
    with tenant_scope(actor.organization_id), transaction.atomic():
        is_new = hook._state.adding
        if is_new and Webhook.objects.count() >= MOST_WEBHOOKS:
            raise TooManyWebhooksError
        hook.url, hook.events, hook.active = wanted.url, sorted(wanted.events), wanted.active
        if is_new:
            hook.secret = new_secret()
        hook.failures, hook.rests_until = 0, now()
        hook.save()
        _record(actor, "webhook.created" if is_new else "webhook.changed", hook.pk)
    return hook


def delete_webhook(*, actor: Actor, webhook_id: UUID) -> None:
    """Delete the webhook with all that waits for it; raises NotFoundError, PermissionDeniedError."""
    hook = get_webhook(actor=actor, webhook_id=webhook_id)
    with tenant_scope(actor.organization_id), transaction.atomic():
        hook.delete()
        _record(actor, "webhook.deleted", webhook_id)


def change_secret(*, actor: Actor, webhook_id: UUID) -> None:
    """Give the webhook another key, which signs from the next attempt on; raises as `delete_webhook`."""
    hook = get_webhook(actor=actor, webhook_id=webhook_id)
    with tenant_scope(actor.organization_id), transaction.atomic():
        hook.secret = new_secret()
        hook.save(update_fields=["hidden_secret"])
        _record(actor, "webhook.secret_changed", hook.pk)


def send_test(*, actor: Actor, webhook_id: UUID) -> None:
    """Have something sent that means nothing, at once; raises as `delete_webhook`."""
    hook = get_webhook(actor=actor, webhook_id=webhook_id)
    with tenant_scope(actor.organization_id), transaction.atomic():
        Webhook.objects.filter(pk=hook.pk).update(rests_until=now())
        body = body_of(TEST, at=now().isoformat(), data={"webhook_id": str(hook.pk)})
        WebhookDelivery.objects.create(webhook=hook, event=TEST, body=body)


def send_again(*, actor: Actor, delivery_ids: Collection[UUID]) -> int:
    """Have deliveries sent again under their own ids, whatever became of them; return how many.

    Raises PermissionDeniedError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        rows = list(WebhookDelivery.objects.filter(pk__in=delivery_ids).exclude(state="waiting"))
        for row in rows:
            row.state, row.attempts, row.delivered_at = WebhookDelivery.State.WAITING, 0, None
            row.due_at, row.given_up_at = now(), in_some_days()
            row.save()
            _record(actor, "webhook.sent_again", row.pk)
        Webhook.objects.filter(deliveries__in=rows).update(rests_until=now())
    return len(rows)


def hide_secrets_anew() -> int:
    """Hide the keys of all webhooks with the installation's present key that are hidden with an earlier one;
    return how many that were.
    """
    changed = 0
    for organization in everybody():
        with tenant_scope(organization.pk):
            for hook in Webhook.objects.all():
                changed += _hide_anew(hook)
    return changed


def _hide_anew(hook: Webhook) -> bool:
    try:
        anew = hidden_anew(hook.hidden_secret, salt=HIDING_SALT)
    except UnreadableSecretError:
        logger.warning("a webhook's key cannot be read any more", extra={"webhook_id": str(hook.pk)})
        return False
    if anew is None:
        return False
    # Unless somebody gave it another key meanwhile.
    mine = Webhook.objects.filter(pk=hook.pk, hidden_secret=hook.hidden_secret)
    return bool(mine.update(hidden_secret=anew))


def get_webhook(*, actor: Actor, webhook_id: UUID) -> Webhook:
    """Return a webhook of the manager's organisation; raises NotFoundError, PermissionDeniedError."""
    require_manager(actor)
    with tenant_scope(actor.organization_id):
        found: Webhook | None = Webhook.objects.filter(pk=webhook_id).first()
    if found is None:
        raise NotFoundError
    return found


def _record(actor: Actor, action: str, target: UUID) -> None:
    audit.record(action, actor_id=actor.user_id, target=target)
