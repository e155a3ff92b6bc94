"""How it stands with what an organisation keeps: what expires, what waits, what is held, what is archived."""

from dataclasses import dataclass
from datetime import timedelta

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

SOON = timedelta(days=30)


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
