"""Organisations and their departments."""

from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.access import get_department
from accounts.errors import DepartmentExistsError, OrganizationReservedError
from accounts.models import Department, Organization, OrganizationSettings, User
from accounts.names import name_key, tidy_name
from accounts.services.second_factor import end_sign_ins_without_a_second_factor
from accounts.standing import tell_of_access
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Choices
from config.kernel.text import clean_text

NAME_LENGTH = 200
PLATFORM_NAME = "Sicha platform"


def ensure_organization(*, name: str) -> tuple[Organization, bool]:
    """Return the organisation of that name, and whether it was created now.

    Names are equal without regard to case, width and spaces. Raises InvalidInputError for an unusable name,
    OrganizationReservedError for the platform's own.
    """
    tidy = tidy_name(clean_text(name, max_length=NAME_LENGTH, field="organization"))
    if name_key(tidy) == name_key(PLATFORM_NAME):
        raise OrganizationReservedError(details={"field": "organization"})
    found, created = Organization.objects.get_or_create(name_key=name_key(tidy), defaults={"name": tidy})
    if found.is_platform:
        raise OrganizationReservedError(details={"field": "organization"})
    return found, created


def ensure_platform() -> Organization:
    """Return the organisation that the platform's operators belong to."""
    platform, _created = Organization.objects.get_or_create(
        is_platform=True, defaults={"name": PLATFORM_NAME}
    )
    return platform


def settings_row(*, organization_id: UUID) -> OrganizationSettings:
    """Return the row of the organisation's settings; asked for the first time, it is made."""
    with tenant_scope(organization_id):
        row: OrganizationSettings = OrganizationSettings.objects.get_or_create(
            organization_id=organization_id
        )[0]
    return row


def choose(*, actor: Actor, choices: Choices) -> None:
    """Set what holds for everybody in the actor's organisation, and write each change into the trail."""
    row = settings_row(organization_id=actor.organization_id)
    with tenant_scope(actor.organization_id), transaction.atomic():
        for name, value in asdict(choices).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
                audit.record("settings.changed", actor_id=actor.user_id, target=f"{name}={value}")
                if name == "demands_second_factor" and value:
                    end_sign_ins_without_a_second_factor()
        row.save()


def create_department(*, actor: Actor, name: str) -> Department:
    """Create a department of the actor's organisation; raises DepartmentExistsError, InvalidInputError."""
    department = Department(name=_department_name(name))
    with tenant_scope(actor.organization_id), transaction.atomic():
        _save(department)
        audit.record("department.created", actor_id=actor.user_id, target=department.pk)
    return department


def rename_department(*, actor: Actor, department_id: UUID, name: str) -> Department:
    """Rename a department; raises NotFoundError, DepartmentExistsError, InvalidInputError."""
    department = get_department(department_id=department_id, actor=actor)
    department.name = _department_name(name)
    with tenant_scope(actor.organization_id), transaction.atomic():
        _save(department)
        audit.record("department.renamed", actor_id=actor.user_id, target=department.pk)
    return department


def delete_department(*, actor: Actor, department_id: UUID) -> None:
    """Delete a department; its people stay, without a department. Raises NotFoundError."""
    department = get_department(department_id=department_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        tell_of_access(*User.objects.filter(department=department).values_list("pk", flat=True))
        department.delete()
        audit.record("department.deleted", actor_id=actor.user_id, target=department_id)


def _department_name(name: str) -> str:
    return tidy_name(clean_text(name, max_length=NAME_LENGTH, field="name"))


def _save(department: Department) -> None:
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError:
        raise DepartmentExistsError from None
