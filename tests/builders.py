"""Builders: say what matters to the test, get the rest made up."""

import itertools
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Role

PASSWORD = "סיסמה-ארוכה-לבדיקות"
_numbers = itertools.count(1)


def make_organization(name: str | None = None, **fields: Any) -> Organization:
    return Organization.objects.create(name=name or f"ארגון {next(_numbers)}", **fields)


def make_department(name: str | None = None, *, organization: Organization | None = None) -> Department:
    organization = organization or make_organization()
    with tenant_scope(organization.pk):
        department: Department = Department.objects.create(name=name or f"מחלקה {next(_numbers)}")
    return department


def make_user(
    username: str | None = None,
    *,
    organization: Organization | None = None,
    department: Department | None = None,
    role: Role = Role.MEMBER,
    status: AccountStatus = AccountStatus.ACTIVE,
    **fields: Any,
) -> User:
    """Return a saved person, active and in a new organisation unless said otherwise, with `PASSWORD`."""
    username = username or f"user{next(_numbers)}"
    fields.setdefault("email", f"{username}@example.test")
    fields.setdefault("password", make_password(PASSWORD))
    user = User(
        username=username,
        organization_id=_organization_of(organization, department),
        department=department,
        role=role,
        status=status,
        **fields,
    )
    user.save()
    return user


def _organization_of(organization: Organization | None, department: Department | None) -> Any:
    if organization is not None:
        return organization.pk
    return department.organization_id if department is not None else make_organization().pk
