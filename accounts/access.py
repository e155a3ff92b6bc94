"""The doors: the one gate for every credential, and the objects of an organisation by id."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from accounts.errors import AccountInactiveError, AccountPendingError, SessionEndedError
from accounts.models import Department, Invitation, User
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Actor, Role
from config.kernel.errors import NotAuthenticatedError, NotFoundError, PermissionDeniedError


def actor_of(user: User | AnonymousUser) -> Actor:
    """Return who the user is, whatever the credential was: token, session, ticket or API key.

    Raises NotAuthenticatedError for nobody, AccountPendingError and AccountInactiveError.
    """
    if not isinstance(user, User):
        raise NotAuthenticatedError
    if user.status == AccountStatus.PENDING:
        raise AccountPendingError
    if user.status != AccountStatus.ACTIVE:
        raise AccountInactiveError
    return Actor(
        user_id=user.pk,
        organization_id=user.organization_id,
        department_id=user.department_id,
        role=Role(user.role),
        username=user.username,
        display_name=user.display_name,
        session_version=user.session_version,
    )


def current_actor(*, user_id: UUID, organization_id: UUID, session_version: int) -> Actor:
    """Return the actor that an issued credential names, as the database knows the person now.

    Raises SessionEndedError when the credential is older than the last password change, AccountInactiveError.
    """
    user = User.directory.filter(pk=user_id, organization_id=organization_id).first()
    if user is None or user.session_version != session_version:
        raise SessionEndedError
    return actor_of(user)


def require_manager(actor: Actor) -> None:
    """Raise PermissionDeniedError for anybody but a manager."""
    if not actor.is_manager:
        raise PermissionDeniedError


def get_user(actor: Actor) -> User:
    """Return the actor's own row with organisation and department."""
    with tenant_scope(actor.organization_id):
        found: User = User.objects.select_related("organization", "department").get(pk=actor.user_id)
    return found


def get_member(*, member_id: UUID, actor: Actor) -> User:
    """Return a person of the actor's organisation, to an operator of any; raise NotFoundError otherwise."""
    if actor.role == Role.OPERATOR:
        return _get_anybody(member_id)
    with tenant_scope(actor.organization_id):
        found: User | None = (
            User.objects.select_related("organization", "department").filter(pk=member_id).first()
        )
    if found is None:
        raise NotFoundError
    return found


def _get_anybody(user_id: UUID) -> User:
    found = User.directory.select_related("organization", "department").filter(pk=user_id).first()
    if found is None:
        raise NotFoundError
    return found


def get_department(*, department_id: UUID, actor: Actor) -> Department:
    """Return a department of the actor's organisation; raise NotFoundError for any other."""
    with tenant_scope(actor.organization_id):
        found: Department | None = Department.objects.filter(pk=department_id).first()
    if found is None:
        raise NotFoundError
    return found


def get_invitation(*, invitation_id: UUID, actor: Actor) -> Invitation:
    """Return an invitation of the actor's organisation; raise NotFoundError for any other."""
    with tenant_scope(actor.organization_id):
        found: Invitation | None = Invitation.objects.filter(pk=invitation_id).first()
    if found is None:
        raise NotFoundError
    return found
