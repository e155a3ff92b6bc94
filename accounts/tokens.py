"""Access tokens: short-lived, bound to organisation and session version, checked against the database."""

import time
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.access import current_actor
from accounts.errors import TokenInvalidError
from accounts.standing import require_going_on
from accounts.types import Actor, SignIn

VERIFIED_KEPT = 4_096  # tokens whose signature needs no second look


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says; the account itself is always asked of the database."""

    user_id: UUID
    organization_id: UUID
    session_version: int
    family: UUID | None


def access_token(actor: Actor) -> str:
    """Return a signed access token for the actor; it names the family of refresh tokens it came with."""
    token = AccessToken()
    token["sub"] = str(actor.user_id)
    token["org"] = str(actor.organization_id)
    token["sv"] = actor.session_version
    if actor.sign_in is not None and actor.sign_in.kind == "tokens":
        token["fam"] = actor.sign_in.key
    return str(token)


def read_claims(token: str) -> Claims:
    """Return the claims of a token of ours; raise TokenInvalidError for expired, foreign, malformed ones."""
    claims, expires_at = _verified(token, str(settings.SIMPLE_JWT["SIGNING_KEY"]))
    if expires_at <= time.time():
        raise TokenInvalidError
    return claims


@lru_cache(maxsize=VERIFIED_KEPT)
def _verified(token: str, _signing_key: str) -> tuple[Claims, float]:
    """Return what a token says and until when, in seconds since 1970. A signature that was found good with a
    key stays good; who may still come in is asked of the database each time."""
    try:
        payload = AccessToken(token).payload  # type: ignore[arg-type]
        version = payload["sv"]
        if type(version) is not int:
            raise TokenInvalidError
        family = UUID(payload["fam"]) if "fam" in payload else None
        claims = Claims(UUID(payload["sub"]), UUID(payload["org"]), version, family)
        return claims, float(payload["exp"])
    except (TokenError, KeyError, ValueError, TypeError, AttributeError):
        raise TokenInvalidError from None


def actor_of_token(token: str) -> Actor:
    """Return whom an access token stands for now; it ends with the family of refresh tokens it came with.

    Raises TokenInvalidError, SessionEndedError, AccountInactiveError, AccountPendingError.
    """
    claims = read_claims(token)
    actor = current_actor(
        user_id=claims.user_id,
        organization_id=claims.organization_id,
        session_version=claims.session_version,
    )
    if claims.family is None:
        return actor
    sign_in = SignIn("tokens", str(claims.family))
    require_going_on(sign_in)
    return replace(actor, sign_in=sign_in)
