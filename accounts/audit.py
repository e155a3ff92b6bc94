"""The trail of changes to people and access: written with the change, in its transaction."""

from uuid import UUID

from accounts.models import AuditEntry


def record(action: str, *, actor_id: UUID | None, target: str | UUID) -> None:
    """Write one entry in the open tenant scope; `action` is `noun.verb`, `target` an id, never a name."""
    AuditEntry.objects.create(actor_id=actor_id, action=action, target=str(target))
