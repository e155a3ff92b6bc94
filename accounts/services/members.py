"""What managers do with the people of their organisation, and operators with those of any."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.access import get_member
from accounts.errors import OwnAccountError, RoleNotGrantableError
from accounts.models import Department, SecondFactor, User
from accounts.services.invitations import GRANTABLE
from accounts.services.sign_ins import end_all_sign_ins
from accounts.standing import tell_of_access
from accounts.tenancy import operator_scope, tenant_scope
from accounts.types import AccountStatus, Actor, Role
from config.kernel.errors import NotFoundError, PermissionDeniedError


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What to change; what is not to change is left out. `no_department` takes the department away."""

    role: Role | None = None
    department_id: UUID | None = None
    no_department: bool = False


def approve_member(*, actor: Actor, member_id: UUID) -> User:
    """Let a waiting or deactivated person in.

    Raises NotFoundError, PermissionDeniedError, OwnAccountError.
    """
    with _changing(actor, member_id) as member:
        _forbid_own(actor, member)
        if member.status != AccountStatus.ACTIVE:
            member.status = AccountStatus.ACTIVE
            member.save(update_fields=["status"])
            audit.record("member.approved", actor_id=actor.user_id, target=member.pk)
    return member


def deactivate_member(*, actor: Actor, member_id: UUID) -> User:
    """Shut a person out and end their sessions and tokens; raises as `approve_member` does."""
    with _changing(actor, member_id) as member:
        _forbid_own(actor, member)
        if member.status != AccountStatus.DEACTIVATED:
            member.status = AccountStatus.DEACTIVATED
            member.save(update_fields=["status"])
            _end_sessions(member)
            audit.record("member.deactivated", actor_id=actor.user_id, target=member.pk)
    return member


def end_sessions(*, actor: Actor, member_id: UUID) -> User:
    """Sign a person out everywhere; the account stays as it is.

    Raises NotFoundError and PermissionDeniedError.
    """
    with _changing(actor, member_id) as member:
        _end_sessions(member)
        audit.record("member.sessions_ended", actor_id=actor.user_id, target=member.pk)
    return member


def reset_second_factor(*, actor: Actor, member_id: UUID) -> User:
    """Take a person's second step away, for a lost telephone, and sign the person out everywhere.

    Raises NotFoundError, PermissionDeniedError, and OwnAccountError: the own one takes the password.
    """
    with _changing(actor, member_id) as member:
        _forbid_own(actor, member)
        SecondFactor.objects.filter(user_id=member.pk).delete()
        _end_sessions(member)
        audit.record("factor.reset", actor_id=actor.user_id, target=member.pk)
    return member


def change_member(*, actor: Actor, member_id: UUID, change: MemberChange) -> User:
    """Give a person another role or department.

    Raises NotFoundError, PermissionDeniedError, OwnAccountError for the own role, RoleNotGrantableError.
    """
    with _changing(actor, member_id) as member:
        if change.role is not None and change.role != member.role:
            _forbid_own(actor, member)
            if change.role not in GRANTABLE:
                raise RoleNotGrantableError
            member.role = change.role
            audit.record(f"member.became_{change.role}", actor_id=actor.user_id, target=member.pk)
        if change.department_id is not None or change.no_department:
            member.department = _department(change)
            audit.record("member.moved", actor_id=actor.user_id, target=member.pk)
        member.save(update_fields=["role", "department"])
        tell_of_access(member.pk)
    return member


@contextmanager
def _changing(actor: Actor, member_id: UUID) -> Iterator[User]:
    """Yield a person whom the actor may change, in that person's organisation and in one transaction."""
    if actor.role not in {Role.MANAGER, Role.OPERATOR}:
        raise PermissionDeniedError
    member = get_member(member_id=member_id, actor=actor)
    if member.role == Role.OPERATOR and actor.role != Role.OPERATOR:
        raise PermissionDeniedError
    scope = operator_scope if actor.role == Role.OPERATOR else tenant_scope
    with scope(member.organization_id), transaction.atomic():
        yield User.objects.select_for_update().get(pk=member.pk)


def _end_sessions(member: User) -> None:
    member.session_version = F("session_version") + 1
    member.save(update_fields=["session_version"])
    member.refresh_from_db(fields=["session_version"])
    end_all_sign_ins(user=member)


def _forbid_own(actor: Actor, member: User) -> None:
    """Nobody shuts themselves out or gives themselves a role: an organisation keeps its manager."""
    if member.pk == actor.user_id:
        raise OwnAccountError


def _department(change: MemberChange) -> Department | None:
    if change.department_id is None:
        return None
    found: Department | None = Department.objects.filter(pk=change.department_id).first()
    if found is None:
        raise NotFoundError
    return found
