"""What is read about organisations and people."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Department, Invitation, Organization, OrganizationSettings, User
from accounts.names import name_key
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Actor, Choices, Role


def find_organization(*, name: str) -> Organization | None:
    """Return the organisation of that name, without regard to case, width and spaces."""
    return Organization.objects.filter(name_key=name_key(name)).first()


def find_organization_by_id(*, organization_id: UUID) -> Organization | None:
    return Organization.objects.filter(pk=organization_id).first()


def organizations() -> QuerySet[Organization]:
    """Return the organisations that use the product, by name; only for what the operator of it does."""
    return Organization.objects.filter(is_platform=False).order_by("name")


def everybody() -> QuerySet[Organization]:
    """Return all organisations, the platform's own one too, by name."""
    return Organization.objects.order_by("name")


def choices_of(*, organization_id: UUID) -> Choices:
    """Return what the organisation's managers have chosen; the defaults where they have not."""
    names = tuple(field.name for field in fields(Choices))
    with tenant_scope(organization_id):
        chosen = OrganizationSettings.objects.values(*names).first()
    return Choices(**chosen or {})


@dataclass(frozen=True, slots=True)
class Person:
    """What other apps may know of somebody; the department's name is empty where there is none."""

    email: str
    department_id: UUID | None
    department: str


def people(*, organization_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return those of the people who belong to the organisation, by id."""
    with tenant_scope(organization_id):
        found = User.objects.select_related("department").filter(pk__in=user_ids)
        return {
            user.pk: Person(user.email, user.department_id, user.department.name if user.department else "")
            for user in found
        }


def members_of(*, actor: Actor, status: AccountStatus | None = None) -> QuerySet[User]:
    """Return the people of the actor's organisation, optionally those of one status."""
    with tenant_scope(actor.organization_id):
        people: QuerySet[User] = User.objects.select_related("organization", "department")
    return people if status is None else people.filter(status=status)


def departments_of(*, actor: Actor) -> QuerySet[Department]:
    """Return the departments of the actor's organisation by name."""
    with tenant_scope(actor.organization_id):
        departments: QuerySet[Department] = Department.objects.order_by("name")
    return departments


def invitations_of(*, actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations of the actor's organisation, used and revoked ones too."""
    with tenant_scope(actor.organization_id):
        invitations: QuerySet[Invitation] = Invitation.objects.select_related("department")
    return invitations


def manager_ids(*, organization_id: UUID) -> list[UUID]:
    """Return the active managers of the organisation."""
    with tenant_scope(organization_id):
        managers = User.objects.filter(role=Role.MANAGER, status=AccountStatus.ACTIVE)
        return list(managers.values_list("pk", flat=True))


def names_of(*, organization_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what those of the people who belong to the organisation are called, by id."""
    with tenant_scope(organization_id):
        return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=user_ids)}
