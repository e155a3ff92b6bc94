"""What a person reads of the own notifications, and that it was read."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Notification
from analytics.notifications.choosing import kinds_for
from analytics.notifications.telling import TOPIC
from analytics.notifications.wording import Line, lines_of
from config.kernel.errors import NotFoundError
from config.kernel.signals import group_of, tell_after_commit

MOST_COUNTED = 100


def notifications_of(*, actor: Actor) -> QuerySet[Notification]:
    """Return what is shown to the actor, the latest first; what a role is no longer told of is left out."""
    with tenant_scope(actor.organization_id):
        own: QuerySet[Notification] = Notification.objects.filter(
            recipient_id=actor.user_id, on_page=True, kind__in=kinds_for(actor)
        )
    return own.order_by("-created_at", "-pk")


def in_words(*, actor: Actor, rows: Collection[Notification]) -> list[Line]:
    """Return rows of the actor's in words."""
    return lines_of(actor.organization_id, rows)


def unread_count(*, actor: Actor) -> int:
    """Return how many the actor has not read, at most MOST_COUNTED."""
    return notifications_of(actor=actor).filter(read_at=None).order_by()[:MOST_COUNTED].count()


def mark_read(*, actor: Actor, ids: Collection[UUID] | None = None) -> int:
    """Note that the actor has read some notifications, or all; return how many are left to read."""
    unread = notifications_of(actor=actor).filter(read_at=None)
    wanted = unread if ids is None else unread.filter(pk__in=ids)
    if wanted.update(read_at=now()):
        tell_after_commit(group_of(actor.user_id), TOPIC)
    return unread_count(actor=actor)


def open_notification(*, actor: Actor, notification_id: UUID) -> str:
    """Note that the actor has read it, and return where it leads: empty where that is gone.

    Raises NotFoundError.
    """
    row = notifications_of(actor=actor).filter(pk=notification_id).first()
    if row is None:
        raise NotFoundError
    mark_read(actor=actor, ids=[row.pk])
    (line,) = in_words(actor=actor, rows=[row])
    return line.url
