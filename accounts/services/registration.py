"""How accounts come into being: by registering, by invitation, by the operator's command."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import audit, hashing
from accounts.errors import (
    InvitationRequiredError,
    NameConfusingError,
    RegistrationClosedError,
    UsernameTakenError,
)
from accounts.models import User
from accounts.names import mixes_look_alikes, tidy_email
from accounts.passwords import require_strong
from accounts.services.invitations import consume_invitation
from accounts.services.organizations import ensure_organization, ensure_platform
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Language, Role
from config.kernel import outbox
from config.kernel.text import clean_text

logger = logging.getLogger(__name__)
DISPLAY_NAME_LENGTH = 150
ACCOUNT_WAITING = "account.waiting"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What people say about themselves. There is no room here for a role or a status."""

    username: str
    email: str
    password: str
    display_name: str = ""
    language: str = Language.HEBREW


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an account is put, and as what."""

    organization_id: UUID
    role: Role = Role.MEMBER
    status: AccountStatus = AccountStatus.ACTIVE
    department_id: UUID | None = None


def register(*, account: NewAccount, organization: str = "", invitation: str = "") -> User:
    """Create the account that somebody asks for.

    A valid invitation makes it active in the inviting organisation. Otherwise a new organisation's name makes
    it that organisation's manager, and an existing one's a member who waits for approval.
    Raises RegistrationClosedError, InvitationRequiredError, InvitationInvalidError, UsernameTakenError,
    NameConfusingError, OrganizationReservedError, PasswordWeakError, BusyError and what Django's field
    validation raises.
    """
    if settings.REGISTRATION == "closed":
        raise RegistrationClosedError
    if settings.REGISTRATION == "invite" and not invitation:
        raise InvitationRequiredError
    user = _prepared(account)
    with transaction.atomic():
        place = _place(user, organization, invitation)
        _put(user, place)
    logger.info("account registered", extra={"user": str(user.pk), "status": user.status})
    return user


def create_account(
    *, account: NewAccount, organization_id: UUID, role: Role = Role.MEMBER, department_id: UUID | None = None
) -> User:
    """Create an active account on the system's own behalf: the demo's people, imports.

    Raises UsernameTakenError, PasswordWeakError, BusyError and what Django's field validation raises.
    """
    user = _prepared(account)
    with transaction.atomic():
        _put(user, _Place(organization_id, role, department_id=department_id))
    return user


def create_operator(*, account: NewAccount) -> User:
    """Create an operator of the platform; raises as `create_account` does."""
    return create_account(account=account, organization_id=ensure_platform().pk, role=Role.OPERATOR)


def _prepared(account: NewAccount) -> User:
    """Return a valid user without a place; the hash is made here, before any transaction holds a lock."""
    user = User(
        username=User.normalize_username(account.username.strip()),
        email=tidy_email(account.email),
        display_name=clean_display_name(account.display_name),
        language=account.language,
    )
    user.clean_fields(exclude=["organization", "password"])
    _refuse_look_alikes(user.username, field="username")
    require_strong(account.password, user=user)
    user.password = hashing.hash_password(account.password)
    return user


def clean_display_name(name: str) -> str:
    """Return a name fit to be shown among others; empty means the username is shown."""
    if not name.strip():
        return ""
    cleaned = clean_text(name, max_length=DISPLAY_NAME_LENGTH, field="display_name")
    _refuse_look_alikes(cleaned, field="display_name")
    return cleaned


def _refuse_look_alikes(name: str, *, field: str) -> None:
    if mixes_look_alikes(name):
        raise NameConfusingError(details={"field": field})


def _place(user: User, organization: str, invitation: str) -> _Place:
    if invitation:
        invited = consume_invitation(token=invitation, email=user.email, organization=organization)
        return _Place(invited.organization_id, Role(invited.role), department_id=invited.department_id)
    found, created = ensure_organization(name=organization)
    if created:
        return _Place(found.pk, Role.MANAGER)
    return _Place(found.pk, Role.MEMBER, AccountStatus.PENDING)


def _put(user: User, place: _Place) -> None:
    user.organization_id = place.organization_id
    user.department_id = place.department_id
    user.role = place.role
    user.status = place.status
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise UsernameTakenError(details={"field": "username"}) from None
    with tenant_scope(place.organization_id):
        audit.record("account.created", actor_id=user.pk, target=user.pk)
        if user.status == AccountStatus.PENDING:
            payload = {"user_id": str(user.pk)}
            outbox.emit(ACCOUNT_WAITING, organization_id=place.organization_id, payload={**payload})
