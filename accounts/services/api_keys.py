"""API keys: made by managers, told once, good until they expire or are revoked."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from accounts import audit
from accounts.access import actor_of, require_manager
from accounts.errors import ScopesUnknownError, TokenInvalidError, TooManyKeysError
from accounts.models import ApiKey, User
from accounts.scopes import Scope, require_scope
from accounts.secrecy import new_token, token_digest
from accounts.tenancy import system_scope, tenant_scope
from accounts.types import Actor, SignIn
from config.kernel.errors import NotFoundError
from config.kernel.text import clean_text

PREFIX = "sicha-"
NAME_LENGTH = 100
MOST_KEYS = 100  # living ones of an organisation
_SHOWN = 6
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WantedKey:
    """What a manager wants a key for; without `days` it does not expire."""

    name: str
    scopes: Collection[str]
    days: int | None = None


def create_key(*, actor: Actor, wanted: WantedKey) -> tuple[ApiKey, str]:
    """Return a new key's row and the key, which is told this once and acts as the manager who made it.

    Raises PermissionDeniedError, ScopesUnknownError, TooManyKeysError and the errors of `clean_text`.
    """
    require_manager(actor)
    name = clean_text(wanted.name, max_length=NAME_LENGTH, field="name")
    if not wanted.scopes or not {*wanted.scopes} <= {*Scope.values}:
        raise ScopesUnknownError(details={"field": "scopes"})
    key = f"{PREFIX}{new_token()}"
    with tenant_scope(actor.organization_id), transaction.atomic():
        if ApiKey.objects.filter(revoked_at=None).count() >= MOST_KEYS:
            raise TooManyKeysError
        row: ApiKey = ApiKey.objects.create(
            name=name,
            owner_id=actor.user_id,
            beginning=key[: len(PREFIX) + _SHOWN],
            key_hash=token_digest(key),
            scopes=sorted(wanted.scopes),
            expires_at=now() + timedelta(days=wanted.days) if wanted.days else None,
        )
        note = f"{', '.join(row.scopes)}; {wanted.days or 'no'} days"
        audit.record("api_key.created", actor_id=actor.user_id, target=row.pk, note=note)
    return row, key


def revoke_key(*, actor: Actor, key_id: UUID) -> None:
    """Make a key of the organisation worthless, also for what it has open; twice is once.

    Raises PermissionDeniedError and NotFoundError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        row: ApiKey | None = ApiKey.objects.select_for_update().filter(pk=key_id).first()
        if row is None:
            raise NotFoundError
        if row.revoked_at is None:
            row.revoked_at = now()
            row.save(update_fields=["revoked_at"])
            audit.record("api_key.revoked", actor_id=actor.user_id, target=row.pk)


def keys_of(*, actor: Actor) -> QuerySet[ApiKey]:
    """Return the keys of the manager's organisation, also those that are over.

    Raises PermissionDeniedError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id):
        found: QuerySet[ApiKey] = ApiKey.objects.select_related("owner")
    return found.order_by("-created_at")


def is_key(token: str) -> bool:
    """Tell an API key from an access token."""
    return token.startswith(PREFIX)


def actor_of_key(key: str, *, method: str, path: str) -> Actor:
    """Return whom a key stands for now at an address.

    Raises TokenInvalidError for one that is unknown, over or revoked, ScopeMissingError and the refusals of
    the owner's account.
    """
    with system_scope("find out whose a key is"):
        good = ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now()), revoked_at=None)
        row: ApiKey | None = good.filter(key_hash=token_digest(key)).first()
    if row is None:
        raise TokenInvalidError
    require_scope(row.scopes, method=method, path=path)
    actor = actor_of(User.directory.get(pk=row.owner_id))
    _note_use(row)
    return replace(actor, sign_in=SignIn("key", str(row.pk)))


def _note_use(row: ApiKey) -> None:
    """Note that it is used, once a minute at most: not every request is worth a write."""
    moment = now()
    if row.last_used_at is None or row.last_used_at < moment - _NOTED_EVERY:
        with tenant_scope(row.organization_id):
            ApiKey.objects.filter(pk=row.pk).update(last_used_at=moment)
