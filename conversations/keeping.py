"""How it stands with what an organisation keeps: what expires, what waits, what is held, what is archived."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.timezone import now

from accounts.access import require_manager
from accounts.selectors import choices_of
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.objects import ObjectStoreError
from config.kernel.outbox import waiting_for
from conversations import manifests
from conversations.archive_form import DamagedObjectError
from conversations.holds import held, not_on_hold
from conversations.manifests import Difference, Manifest
from conversations.models import Conversation, Hold
from conversations.retention import AT_ONCE
from conversations.types import MessageRole

SOON = timedelta(days=30)
DELETED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Keeping:
    """`days` is None where nothing expires; `expire_soon` counts the next thirty days; `waiting` are expired
    conversations that are not purged yet, `unheard` those of them that some store has not heard of.
    """

    days: int | None
    conversations: int
    expire_soon: int
    waiting: int
    unheard: int
    holds: int
    held: int


@dataclass(frozen=True, slots=True)
class Archive:
    """`manifest` is None where there is none yet; `problem` is a code where it could not be read."""

    manifest: Manifest | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a manager sees of a conversation that its owner deleted: whose and when. No words of it."""

    id: UUID
    owner: str
    deleted_at: datetime
    questions: int


def keeping_of(*, actor: Actor) -> Keeping:
    """Return how it stands in the manager's organisation; raises PermissionDeniedError."""
    require_manager(actor)
    days = choices_of(organization_id=actor.organization_id).retention_days
    with tenant_scope(actor.organization_id):
        living = Conversation.objects.filter(expired_at=None)
        expired = Conversation.objects.exclude(expired_at=None)
        oldest = list(expired.order_by("expired_at").values_list("pk", flat=True)[:AT_ONCE])
        soon = 0
        if days is not None:
            limit = now() - timedelta(days=days) + SOON
            soon = not_on_hold(living.filter(updated_at__lt=limit)).count()
        return Keeping(
            days=days,
            conversations=living.filter(deleted_at=None).count(),
            expire_soon=soon,
            waiting=expired.count(),
            unheard=len(waiting_for(actor.organization_id, "conversation_id", oldest)),
            holds=Hold.objects.filter(lifted_at=None).count(),
            held=held(Conversation.objects.all()).count(),
        )


def deleted_of(*, actor: Actor, person: str = "") -> list[Deleted]:
    """Return the conversations that can be given back, those deleted last first, DELETED_SHOWN at most: of
    everybody, or of people by a part of their name; raises PermissionDeniedError.
    """
    require_manager(actor)
    questions = Count("messages", filter=Q(messages__role=MessageRole.USER))
    with tenant_scope(actor.organization_id):
        rows = Conversation.objects.filter(deleted_at__isnull=False, expired_at=None)
        if person:
            named = Q(owner__username__icontains=person) | Q(owner__display_name__icontains=person)
            rows = rows.filter(named)
        latest = rows.select_related("owner").order_by("-deleted_at", "id")[:DELETED_SHOWN]
        return [
            Deleted(row.pk, row.owner.get_full_name(), row.deleted_at, row.questions)
            for row in latest.annotate(questions=questions)
        ]


def archive_of(*, actor: Actor) -> Archive:
    """Return what the archive says of itself; raises PermissionDeniedError."""
    require_manager(actor)
    try:
        return Archive(manifests.read_manifest(actor.organization_id))
    except ObjectStoreError as away:
        return Archive(None, away.code)
    except DamagedObjectError:
        return Archive(None, "manifest_damaged")


def compare_archive(*, actor: Actor) -> list[Difference]:
    """Write the manifest anew and compare the archive with it; raises PermissionDeniedError and
    ObjectStoreError. Takes a minute for 100,000 messages.
    """
    require_manager(actor)
    return manifests.differences(manifests.write_manifest(actor.organization_id))
