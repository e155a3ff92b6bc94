"""Refresh tokens: single use, in families that end as a whole when a spent one turns up again."""

import logging
import uuid
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import actor_of
from accounts.errors import RefreshInvalidError, RefreshReusedError
from accounts.models import RefreshToken, User
from accounts.secrecy import new_token, token_digest
from accounts.standing import tell_of_access
from accounts.tenancy import system_scope, tenant_scope
from accounts.tokens import access_token
from accounts.types import Actor, SignIn

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A signed access token of minutes and an opaque refresh token of days."""

    access: str
    refresh: str


def issue_tokens(*, actor: Actor) -> Tokens:
    """Begin a family of refresh tokens for a person who has just proved who it is; delete expired ones."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        RefreshToken.objects.filter(user_id=actor.user_id, expires_at__lt=timezone.now()).delete()
        return _issue(actor, uuid.uuid4())


def rotate_tokens(*, refresh: str) -> Tokens:
    """Exchange a refresh token for its successor.

    Raises RefreshInvalidError, RefreshReusedError (and ends the family) for one that was used before, and the
    account's own refusals.
    """
    token = _find(refresh)
    if token is None:
        raise RefreshInvalidError
    with tenant_scope(token.organization_id):
        tokens = _exchange(token)
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


def end_families(*, user: User) -> None:
    """End every family of a person, in the open tenant scope."""
    _revoke(user.pk)


def _find(refresh: str) -> RefreshToken | None:
    with system_scope("find out whose a refresh token is"):
        found: RefreshToken | None = RefreshToken.objects.filter(token_hash=token_digest(refresh)).first()
    return found


@transaction.atomic
def _exchange(token: RefreshToken) -> Tokens | None:
    """Return the successor's tokens; None when the token is no longer good."""
    now = timezone.now()
    # One statement decides: of parallel refreshes with one token, one changes the row.
    good = RefreshToken.objects.filter(pk=token.pk, consumed_at=None, revoked_at=None, expires_at__gt=now)
    if good.update(consumed_at=now) != 1:
        return None
    return _issue(actor_of(User.objects.get(pk=token.user_id)), token.family)


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


def _issue(actor: Actor, family: uuid.UUID) -> Tokens:
    refresh = new_token()
    RefreshToken.objects.create(
        user_id=actor.user_id,
        family=family,
        token_hash=token_digest(refresh),
        expires_at=timezone.now() + settings.REFRESH_TOKEN_LIFETIME,
    )
    return Tokens(access_token(replace(actor, sign_in=SignIn("tokens", str(family)))), refresh)


def _revoke(user_id: uuid.UUID, **of: object) -> bool:
    """End what is not ended yet; tell whether there was anything."""
    living = RefreshToken.objects.filter(revoked_at=None, user_id=user_id, **of)
    ended = living.update(revoked_at=timezone.now())
    tell_of_access(user_id)
    return ended > 0
