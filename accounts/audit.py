"""The trail of what people change, written with the change, in its transaction; and whether it is whole.

Each entry's digest is the SHA-256 of the entry and of the digest before it, so that whoever has an exported
trail can compute it again: an entry that was changed, removed or put elsewhere shows. The trail's end is
sealed with a key of the installation (HMAC): the database is not enough to write a trail anew or to cut it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEntry, AuditHead
from accounts.tenancy import current_organization_id, tenant_scope
from config.kernel.seals import is_seal, seal_of

ORIGIN = "0" * 64
_SALT = "accounts.audit"
_CHUNK = 2_000
Damage: TypeAlias = Literal["changed", "missing", "cut", "unsealed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`length` entries were read; `damage` was met at entry `number`, None where the trail is whole."""

    length: int
    digest: str
    damage: Damage | None = None
    number: int = 0


def record(action: str, *, actor_id: UUID | None, target: str | UUID, note: str = "") -> None:
    """Add an entry to the trail of the open tenant scope.

    `action` is `noun.verb`, `target` an id, never a name; `note` is the reason that somebody gave. Entries of
    one organisation wait for each other until the transaction of the one before ends.
    """
    organization_id = current_organization_id()
    with transaction.atomic():
        head, _created = AuditHead.objects.select_for_update().get_or_create(
            organization_id=organization_id, defaults=end_of(organization_id, 0, ORIGIN)
        )
        entry = AuditEntry(
            organization_id=organization_id,
            number=head.length + 1,
            actor_id=actor_id,
            action=action,
            target=str(target),
            note=note,
            at=timezone.now(),
        )
        entry.digest = digest_of(entry, previous=head.digest)
        entry.save(force_insert=True)
        end = end_of(organization_id, entry.number, entry.digest)
        AuditHead.objects.filter(pk=head.pk).update(**end)


def digest_of(entry: AuditEntry, *, previous: str) -> str:
    """Return the digest of an entry that follows the digest `previous`, in 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps([previous, *facts(entry)], ensure_ascii=False).encode()).hexdigest()


def facts(entry: AuditEntry) -> tuple[int, str, str, str, str, str]:
    """Return what the digest covers: number, time in UTC, person, action, subject, reason."""
    person = str(entry.actor_id) if entry.actor_id else ""
    return (entry.number, _time(entry.at), person, entry.action, entry.target, entry.note)


def verify(*, organization_id: UUID) -> Verdict:
    """Read the whole trail of an organisation again; memory does not grow with its length."""
    with tenant_scope(organization_id), transaction.atomic():
        head = AuditHead.objects.filter(organization_id=organization_id).first()
        verdict = _followed(AuditEntry.objects.order_by("number").iterator(chunk_size=_CHUNK))
    if verdict.damage:
        return verdict
    length, digest, seal = (head.length, head.digest, head.seal) if head else (0, ORIGIN, None)
    if verdict.length < length:
        return Verdict(verdict.length, verdict.digest, "cut", verdict.length + 1)
    end = _sealed(organization_id, length, digest)
    sealed = head is None or is_seal(str(seal), end, salt=_SALT)
    if (verdict.length, verdict.digest) != (length, digest) or not sealed:
        return Verdict(verdict.length, verdict.digest, "unsealed", verdict.length)
    return verdict


def has_digest(*, organization_id: UUID, digest: str) -> bool:
    """Tell whether an entry of the organisation's trail has this digest."""
    with tenant_scope(organization_id):
        return AuditEntry.objects.filter(digest=digest).exists()


def end_of(organization_id: UUID, length: int, digest: str) -> dict[str, str | int]:
    """Return the fields of a trail's end: its length, its last digest, and the seal over both."""
    seal = seal_of(_sealed(organization_id, length, digest), salt=_SALT)
    return {"length": length, "digest": digest, "seal": seal}


def _followed(entries: Iterable[AuditEntry]) -> Verdict:
    """Follow the digests from the first entry to the last, or to the first that does not fit."""
    length, digest = 0, ORIGIN
    for entry in entries:
        if entry.number != length + 1:
            return Verdict(length, digest, "missing", length + 1)
        if digest_of(entry, previous=digest) != entry.digest:
            return Verdict(length, digest, "changed", entry.number)
        length, digest = entry.number, entry.digest
    return Verdict(length, digest)


def _sealed(organization_id: UUID, length: int, digest: str) -> str:
    return json.dumps([str(organization_id), length, digest])


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
