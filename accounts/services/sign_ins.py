"""Where a person is signed in, in browsers and in programs, and ending that from afar."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from accounts.models import RefreshToken, Session, User
from accounts.services import refresh
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A browser's session, or what a program holds tokens of.

    `device` is empty where nothing was said; `seen_at` is exact to ten minutes.
    """

    id: UUID
    kind: Literal["session", "tokens"]
    device: str
    began_at: datetime
    seen_at: datetime
    is_current: bool


def sign_ins_of(*, actor: Actor) -> list[OpenSignIn]:
    """Return where the actor is signed in: here first, then by when it was last used."""
    found = [*_sessions(actor), *_families(actor)]
    return sorted(found, key=lambda each: (each.is_current, each.seen_at), reverse=True)


def end_sign_in(*, actor: Actor, sign_in_id: UUID) -> None:
    """End one of the actor's own, with all that it has open; raise NotFoundError for any other."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        sessions, _rows = Session.objects.filter(user_id=actor.user_id, sign_in_id=sign_in_id).delete()
        if not sessions and not refresh.end_own_family(user_id=actor.user_id, family=sign_in_id):
            raise NotFoundError
        audit.record("account.sign_in_ended", actor_id=actor.user_id, target=actor.user_id)


def end_other_sign_ins(*, actor: Actor) -> int:
    """End all of the actor's but the one that asks; return how many."""
    others = [each for each in sign_ins_of(actor=actor) if not each.is_current]
    with transaction.atomic():
        for each in others:
            end_sign_in(actor=actor, sign_in_id=each.id)
    return len(others)


def end_all_sign_ins(*, user: User) -> None:
    """End all of a person's, in the open tenant scope: a new session version makes them worthless anyway."""
    Session.objects.filter(user_id=user.pk).delete()
    refresh.end_families(user=user)


def _sessions(actor: Actor) -> list[OpenSignIn]:
    own = actor.sign_in.key if actor.sign_in is not None and actor.sign_in.kind == "session" else ""
    rows = Session.objects.filter(user_id=actor.user_id, expire_date__gt=now())
    return [
        OpenSignIn(
            each.sign_in_id, "session", each.device, each.began_at, each.seen_at, each.session_key == own
        )
        for each in rows
    ]


def _families(actor: Actor) -> list[OpenSignIn]:
    own = actor.sign_in.key if actor.sign_in is not None and actor.sign_in.kind == "tokens" else ""
    with tenant_scope(actor.organization_id):
        rows = RefreshToken.objects.filter(
            user_id=actor.user_id, consumed_at=None, revoked_at=None, expires_at__gt=now()
        )
        return [
            OpenSignIn(
                each.family, "tokens", each.device, each.began_at, each.created_at, str(each.family) == own
            )
            for each in rows
        ]
