"""Sending what is due: again after ever longer rests, and one attempt at a time where nobody answers.

A delivery that was not heard within days is dead; managers can have it sent again.
"""

import json
import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from accounts.tenancy import system_scope
from analytics.models import Webhook, WebhookDelivery
from analytics.models.webhooks import HIDING_SALT
from analytics.webhooks.addresses import AddressRefusedError, target_of
from analytics.webhooks.sending import Outcome, post
from analytics.webhooks.signing import headers_for
from analytics.webhooks.spreading import mention
from config.kernel.hiding import UnreadableSecretError, shown

logger = logging.getLogger(__name__)
AT_ONCE = 20
LEASE = timedelta(seconds=60)  # longer than any request may take
KEPT = timedelta(days=30)
FIRST_DELAY_SECONDS = 5.0
LONGEST_DELAY_SECONDS = 3600.0
GONE = 410
State = WebhookDelivery.State


@dataclass(frozen=True, slots=True)
class _Claimed:
    """What is needed to send, after the database has been left."""

    delivery_id: UUID
    url: str
    hidden_secret: str
    body: bytes


def deliver_due() -> int:
    """Send what is due, at most AT_ONCE; return how many attempts that were."""
    attempts = 0
    while attempts < AT_ONCE and (claimed := _claim()) is not None:
        attempts += 1
        _settle(claimed, _send(claimed))
    return attempts


def forget_old_deliveries() -> int:
    """Delete what was delivered, or tried for the last time, long ago; return how many."""
    with system_scope("forget old deliveries"):
        over = WebhookDelivery.objects.exclude(state=State.WAITING).filter(due_at__lt=now() - KEPT)
        return over.delete()[0]


def _claim() -> _Claimed | None:
    """Take the delivery that has been due longest and whose webhook does not rest."""
    moment = now()
    with system_scope("deliver webhooks"):
        waiting = WebhookDelivery.objects.select_related("webhook").filter(
            state=State.WAITING, due_at__lte=moment
        )
        due = waiting.filter(webhook__active=True, webhook__rests_until__lte=moment).order_by("due_at", "pk")
        for row in due[:AT_ONCE]:
            mine = WebhookDelivery.objects.filter(pk=row.pk, state=State.WAITING, due_at=row.due_at)
            if mine.update(due_at=moment + LEASE, attempts=F("attempts") + 1):
                body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
                return _Claimed(row.pk, row.webhook.url, row.webhook.hidden_secret, body)
    return None


def _send(claimed: _Claimed) -> Outcome:
    try:
        target = target_of(claimed.url)
    except AddressRefusedError as refused:  # what may be called has changed since
        return Outcome(error=refused.code)
    try:
        secret = shown(claimed.hidden_secret, salt=HIDING_SALT)
    except UnreadableSecretError:
        return Outcome(error="webhook_secret_unreadable")
    headers = headers_for(
        secret=secret,
        delivery_id=mention(claimed.delivery_id),
        timestamp=int(now().timestamp()),
        body=claimed.body,
    )
    return post(target, url=claimed.url, body=claimed.body, headers=headers)


def _settle(claimed: _Claimed, outcome: Outcome) -> None:
    """Write down how it went; a failure makes the webhook rest, so that what waits costs one attempt."""
    with system_scope("deliver webhooks"), transaction.atomic():
        rows = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("webhook")
        row: WebhookDelivery | None = rows.filter(pk=claimed.delivery_id, state=State.WAITING).first()
        if row is None:  # its webhook was deleted, or it was sent again meanwhile
            return
        row.status_code, row.error = outcome.status, outcome.error
        if outcome.is_success:
            row.state, row.delivered_at = State.DELIVERED, now()
        else:
            _put_off(row, outcome)
        row.save(update_fields=["state", "status_code", "error", "due_at", "delivered_at"])
        _note(row.webhook, outcome)


def _put_off(row: WebhookDelivery, outcome: Outcome) -> None:
    moment = now()
    row.due_at = moment + _delay(row.attempts)
    if outcome.status == GONE or moment >= row.given_up_at:
        row.state = State.DEAD
    logger.warning(
        "webhook was not delivered",
        extra={"webhook_id": str(row.webhook_id), "status": outcome.status, "reason": outcome.error},
    )


def _note(hook: Webhook, outcome: Outcome) -> None:
    if outcome.is_success:
        if hook.failures:
            Webhook.objects.filter(pk=hook.pk).update(failures=0, rests_until=now())
        return
    rests = now() + _delay(hook.failures + 1)
    changes = {"failures": F("failures") + 1, "rests_until": rests}
    Webhook.objects.filter(pk=hook.pk).update(
        **changes, **({"active": False} if outcome.status == GONE else {})
    )


def _delay(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: exponential, capped, with some jitter."""
    longest = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** max(attempts - 1, 0))
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 - jitter
