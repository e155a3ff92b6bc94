"""Whether those who came in a while ago are still who they were: for connections that stay open."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.access import actor_of, current_actor
from accounts.errors import SessionEndedError
from accounts.models import ApiKey, RefreshToken, Session, User
from accounts.tenancy import system_scope
from accounts.types import AccountStatus, Actor, SignIn
from config.kernel.signals import publish_after_commit

ACCESS_CHANGED = "access.changed"
_AT_ONCE = 500
T = TypeVar("T")


def tell_of_access(*user_ids: UUID) -> None:
    """Let every process look again at what these people have open, once the transaction is committed."""
    for user_id in user_ids:
        publish_after_commit(ACCESS_CHANGED, user_id=str(user_id))


def tell_of_session(*, instance: Session, **_signal: object) -> None:
    """Let every process look again when a session is gone, whoever ended it: log-out, admin, a new key."""
    if instance.user_id is not None:
        tell_of_access(instance.user_id)


def reload_actor(actor: Actor) -> Actor:
    """Return the actor as of now; raises as `current_actor` does, and SessionEndedError once the sign-in that
    the credential came of is over."""
    if actor.sign_in is not None:
        require_going_on(actor.sign_in)
    now = current_actor(
        user_id=actor.user_id,
        organization_id=actor.organization_id,
        session_version=actor.session_version,
    )
    return replace(now, sign_in=actor.sign_in)


def require_going_on(sign_in: SignIn) -> None:
    """Raise SessionEndedError once a sign-in is over, whoever ended it."""
    if _ended({sign_in}):
        raise SessionEndedError


def active_person(*, user_id: UUID, organization_id: UUID) -> Actor | None:
    """Return the person as of now, whatever they came in with; None for one who may do nothing."""
    user = User.directory.filter(
        pk=user_id, organization_id=organization_id, status=AccountStatus.ACTIVE
    ).first()
    return actor_of(user) if user is not None else None


def outdated(actors: Collection[Actor]) -> set[Actor]:
    """Return those whose account, rights or sign-in are not what they were: three queries for hundreds."""
    now = {
        (user.pk, user.organization_id, user.session_version, user.role, user.department_id)
        for some in _batches({actor.user_id for actor in actors})
        for user in User.directory.filter(pk__in=some, status=AccountStatus.ACTIVE)
    }
    ended = _ended({actor.sign_in for actor in actors if actor.sign_in is not None})
    return {actor for actor in actors if _seen(actor) not in now or actor.sign_in in ended}


def _seen(actor: Actor) -> tuple[object, ...]:
    return (
        actor.user_id,
        actor.organization_id,
        actor.session_version,
        str(actor.role),
        actor.department_id,
    )


def _ended(sign_ins: Collection[SignIn]) -> set[SignIn]:
    sessions = {each.key for each in sign_ins if each.kind == "session"}
    families = {each.key for each in sign_ins if each.kind == "tokens"}
    keys = {each.key for each in sign_ins if each.kind == "key"}
    living = {
        *(SignIn("session", key) for some in _batches(sessions) for key in _living_sessions(some)),
        *(SignIn("tokens", key) for some in _batches(families) for key in _living_families(some)),
        *(SignIn("key", key) for some in _batches(keys) for key in _living_keys(some)),
    }
    return {*sign_ins} - living


def _living_sessions(keys: Collection[str]) -> Iterable[str]:
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return found.values_list("session_key", flat=True)


def _living_families(keys: Collection[str]) -> Iterable[str]:
    with system_scope("find out whose sign-in has ended"):
        good = RefreshToken.objects.filter(family__in=keys, revoked_at=None, expires_at__gt=timezone.now())
        return {str(family) for family in good.values_list("family", flat=True)}


def _living_keys(ids: Collection[str]) -> Iterable[str]:
    with system_scope("find out whose sign-in has ended"):
        good = ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)
        return {str(found) for found in good.filter(pk__in=ids).values_list("pk", flat=True)}


def _batches(values: Collection[T]) -> Iterator[list[T]]:
    listed = list(values)
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))
