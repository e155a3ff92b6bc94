"""Invitations: a manager lets one person in, once, as what the invitation says."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import get_department, get_invitation
from accounts.errors import InvitationInvalidError, RoleNotGrantableError
from accounts.models import Invitation, Organization
from accounts.names import name_key, tidy_email
from accounts.secrecy import new_token, token_digest
from accounts.tenancy import system_scope, tenant_scope
from accounts.types import Actor, Role

GRANTABLE = frozenset({Role.MEMBER, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom a manager invites, and as what; without an address, whoever holds the token first."""

    email: str = ""
    role: Role = Role.MEMBER
    department_id: UUID | None = None


def create_invitation(*, actor: Actor, offer: Offer) -> tuple[Invitation, str]:
    """Return a new invitation and its token, which is told this once.

    Raises RoleNotGrantableError, NotFoundError for a department of another organisation, and Django's
    ValidationError for an address that is none.
    """
    if offer.role not in GRANTABLE:
        raise RoleNotGrantableError
    if offer.email:
        validate_email(offer.email)
    if offer.department_id is not None:
        get_department(department_id=offer.department_id, actor=actor)
    token = new_token()
    with tenant_scope(actor.organization_id), transaction.atomic():
        invitation: Invitation = Invitation.objects.create(
            email=tidy_email(offer.email),
            role=offer.role,
            department_id=offer.department_id,
            token_hash=token_digest(token),
            created_by_id=actor.user_id,
            expires_at=timezone.now() + settings.INVITATION_LIFETIME,
        )
        audit.record("invitation.created", actor_id=actor.user_id, target=invitation.pk)
    return invitation, token


def revoke_invitation(*, actor: Actor, invitation_id: UUID) -> None:
    """Make an invitation worthless; twice is once. Raises NotFoundError."""
    invitation = get_invitation(invitation_id=invitation_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        open_ones = Invitation.objects.filter(pk=invitation.pk, consumed_at=None, revoked_at=None)
        if open_ones.update(revoked_at=timezone.now()):
            audit.record("invitation.revoked", actor_id=actor.user_id, target=invitation.pk)


def consume_invitation(*, token: str, email: str, organization: str = "") -> Invitation:
    """Use an invitation up, inside the transaction that creates the account.

    Raises InvitationInvalidError for an unknown, used, revoked or expired one, and for one of another address
    or organisation than the given ones.
    """
    with system_scope("find out whose an invitation is"):
        invitation: Invitation | None = Invitation.objects.filter(token_hash=token_digest(token)).first()
    if invitation is None or invitation.email not in {"", email} or not _is_of(invitation, organization):
        raise InvitationInvalidError
    now = timezone.now()
    with tenant_scope(invitation.organization_id):
        # One statement decides: of two registrations with one invitation, one changes a row.
        usable = Invitation.objects.filter(
            pk=invitation.pk, consumed_at=None, revoked_at=None, expires_at__gt=now
        )
        if usable.update(consumed_at=now) != 1:
            raise InvitationInvalidError
    return invitation


def _is_of(invitation: Invitation, organization: str) -> bool:
    if not organization.strip():
        return True
    inviting = Organization.objects.get(pk=invitation.organization_id)
    return inviting.name_key == name_key(organization)
