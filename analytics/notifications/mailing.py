"""Notifications by e-mail: one at once, or those of a day in one digest; each mail's link stops its like."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from accounts.mail import mail_person
from accounts.selectors import everybody
from accounts.standing import active_person
from accounts.tenancy import tenant_scope
from analytics.models import Mailing, Notification, NotificationKind
from analytics.notifications.choosing import DIGEST, kinds_for, stop_token
from analytics.notifications.wording import SENTENCES, Line, lines_of
from config.kernel import outbox
from config.kernel.outbox import OutboxMessage

DIGEST_DUE = "notification.digest_due"


def mail_now(message: OutboxMessage) -> None:
    """Mail one notification, unless it has been read meanwhile; the handler of `notification.mail_due`."""
    notification_id = UUID(str(message.payload["notification_id"]))
    with tenant_scope(message.organization_id):
        row: Notification | None = Notification.objects.filter(pk=notification_id, read_at=None).first()
    if row is not None:
        _mail(row.recipient_id, [row], subject=SENTENCES[NotificationKind(row.kind)], stops=row.kind)


def mail_digest(message: OutboxMessage) -> None:
    """Mail what is unread of a day's digest; the handler of `notification.digest_due`."""
    person_id, day = UUID(str(message.payload["user_id"])), date.fromisoformat(str(message.payload["day"]))
    with tenant_scope(message.organization_id):
        rows = list(
            Notification.objects.filter(recipient_id=person_id, digest_on=day, read_at=None).order_by(
                "-created_at"
            )
        )
    if rows:
        _mail(person_id, rows, subject=_("What happened in Sicha"), stops=DIGEST)


def begin_digests(moment: datetime | None = None) -> int:
    """Have today's digests mailed once it is `DIGEST_HOUR`; return how many that are.

    Nobody gets two on one day: what comes later goes into tomorrow's.
    """
    local = localtime(moment)
    if local.hour < settings.DIGEST_HOUR:
        return 0
    return sum(_begin_digests(organization.pk, local.date()) for organization in everybody())


def _begin_digests(organization_id: UUID, today: date) -> int:
    with tenant_scope(organization_id):
        had = Notification.objects.filter(recipient=OuterRef("recipient"), digest_on=today)
        waiting = _for_digests().filter(~Exists(had)).order_by()
        people = set(waiting.values_list("recipient_id", flat=True))
        for person_id in people:
            with transaction.atomic():
                _for_digests().filter(recipient_id=person_id).update(digest_on=today)
                payload = {"user_id": str(person_id), "day": today.isoformat()}
                outbox.emit(DIGEST_DUE, organization_id=organization_id, payload={**payload})
    return len(people)


def _for_digests() -> QuerySet[Notification]:
    found: QuerySet[Notification] = Notification.objects.filter(
        mailing=Mailing.DAILY, digest_on=None, read_at=None
    )
    return found


def _mail(person_id: UUID, rows: Collection[Notification], *, subject: Promise, stops: str) -> None:
    """Mail rows of one person, as far as the person's role is told of them."""
    organization_id = next(iter(rows)).organization_id
    actor = active_person(user_id=person_id, organization_id=organization_id)
    told = [row for row in rows if row.kind in kinds_for(actor)] if actor else []
    if not told:
        return
    lines = [(line, _address_of(line)) for line in lines_of(organization_id, told)]
    stop = _address(reverse("notifications-stop", args=[stop_token(organization_id, person_id, stops)]))
    mail_person(
        organization_id=organization_id,
        user_id=person_id,
        subject=subject,
        template="notifications/mail.txt",
        context={"lines": lines, "stop": stop, "is_digest": stops == DIGEST},
        headers=_headers(stop),
    )
    with tenant_scope(organization_id):  # there is no page on which these would be read
        mailed = Notification.objects.filter(pk__in=[row.pk for row in told], on_page=False)
        mailed.update(read_at=now())


def _headers(stop: str) -> Mapping[str, str]:
    """Return what lets mail programs offer a button to stop (RFC 2369, RFC 8058)."""
    if not stop:
        return {}
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _address_of(line: Line) -> str:
    return _address(reverse("notification", args=[line.id])) if line.url else ""


def _address(path: str) -> str:
    """Return the address under which the product is reached, empty where nobody has said."""
    origin = next(iter(settings.ALLOWED_ORIGINS), "")
    return f"{origin}{path}" if origin else ""
