"""Refresh tokens: single use, in families that end as a whole when a spent one turns up again.

Two tabs of a program, or one whose answer was lost, send the same token twice within moments. The second
time then gives what the first gave: which token follows is computed with a key of ours, so that a family
stays one chain.
"""

import logging
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import actor_of
from accounts.errors import RefreshInvalidError, RefreshReusedError
from accounts.models import RefreshToken, User
from accounts.secrecy import new_token, token_after, token_digest
from accounts.standing import tell_of_access
from accounts.tenancy import system_scope, tenant_scope
from accounts.tokens import access_token
from accounts.types import Actor, SignIn

logger = logging.getLogger(__name__)
GRACE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A signed access token of minutes and an opaque refresh token of days."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class _Family:
    """What all tokens of a family share."""

    id: uuid.UUID
    device: str
    began_at: datetime


def issue_tokens(*, actor: Actor, device: str = "") -> Tokens:
    """Begin a family of refresh tokens for a person who has just proved who it is; delete expired ones."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        RefreshToken.objects.filter(user_id=actor.user_id, expires_at__lt=timezone.now()).delete()
        return _issue(actor, _Family(uuid.uuid4(), device, timezone.now()), new_token())


def rotate_tokens(*, refresh: str) -> Tokens:
    """Exchange a refresh token for its successor, the same one for whoever asks again within `GRACE`.

    Raises RefreshInvalidError, RefreshReusedError (and ends the family) for one that was used before, and the
    account's own refusals.
    """
    token = _find(refresh)
    if token is None:
        raise RefreshInvalidError
    with tenant_scope(token.organization_id):
        tokens = _exchange(token, token_after(refresh))
        if tokens is None:
            _refuse(token)
            raise RefreshInvalidError
    return tokens


def end_family(*, refresh: str) -> None:
    """End the family that a refresh token belongs to; an unknown token ends nothing."""
    token = _find(refresh)
    if token is not None:
        with tenant_scope(token.organization_id), transaction.atomic():
            if _revoke(token.user_id, family=token.family):
                audit.record("account.signed_out", actor_id=token.user_id, target=token.user_id)


def end_own_family(*, user_id: uuid.UUID, family: uuid.UUID) -> bool:
    """End a person's family, in the open tenant scope; tell whether there was one."""
    return _revoke(user_id, family=family)


def end_families(*, user: User) -> None:
    """End every family of a person, in the open tenant scope."""
    _revoke(user.pk)


def _find(refresh: str) -> RefreshToken | None:
    with system_scope("find out whose a refresh token is"):
        found: RefreshToken | None = RefreshToken.objects.filter(token_hash=token_digest(refresh)).first()
    return found


@transaction.atomic
def _exchange(token: RefreshToken, successor: str) -> Tokens | None:
    """Return the successor's tokens; None when the token is no longer good."""
    now = timezone.now()
    # One statement decides: of parallel refreshes with one token, one changes the row.
    good = RefreshToken.objects.filter(pk=token.pk, consumed_at=None, revoked_at=None, expires_at__gt=now)
    is_first = good.update(consumed_at=now) == 1
    if not is_first and not _was_exchanged_just_now(token, successor, now):
        return None
    actor = actor_of(User.objects.get(pk=token.user_id))
    if is_first:
        return _issue(actor, _Family(token.family, token.device, token.began_at), successor)
    return _tokens(actor, token.family, successor)


def _was_exchanged_just_now(token: RefreshToken, successor: str, now: datetime) -> bool:
    """Tell whether the successor was handed out moments ago and nobody has used it yet."""
    spent = RefreshToken.objects.filter(pk=token.pk, revoked_at=None, consumed_at__gte=now - GRACE)
    waiting = RefreshToken.objects.filter(
        token_hash=token_digest(successor), consumed_at=None, revoked_at=None, expires_at__gt=now
    )
    return spent.exists() and waiting.exists()


def _refuse(token: RefreshToken) -> None:
    """Raise RefreshReusedError after ending the family, when the token was spent and not merely expired.

    In a transaction of its own: what it writes outlives the refusal.
    """
    token.refresh_from_db(fields=["consumed_at"])
    if token.consumed_at is None:
        return
    with transaction.atomic():
        _revoke(token.user_id, family=token.family)
        audit.record("account.token_reused", actor_id=None, target=token.user_id)
    logger.warning("refresh token reused", extra={"family": str(token.family), "user": str(token.user_id)})
    raise RefreshReusedError


def _issue(actor: Actor, family: _Family, refresh: str) -> Tokens:
    RefreshToken.objects.create(
        user_id=actor.user_id,
        family=family.id,
        device=family.device,
        began_at=family.began_at,
        token_hash=token_digest(refresh),
        expires_at=min(
            timezone.now() + settings.REFRESH_TOKEN_LIFETIME, family.began_at + settings.SIGN_IN_LIFETIME
        ),
    )
    return _tokens(actor, family.id, refresh)


def _tokens(actor: Actor, family: uuid.UUID, refresh: str) -> Tokens:
    return Tokens(access_token(replace(actor, sign_in=SignIn("tokens", str(family)))), refresh)


def _revoke(user_id: uuid.UUID, **of: object) -> bool:
    """End what is not ended yet; tell whether there was anything."""
    living = RefreshToken.objects.filter(revoked_at=None, user_id=user_id, **of)
    ended = living.update(revoked_at=timezone.now())
    tell_of_access(user_id)
    return ended > 0
