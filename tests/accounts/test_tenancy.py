"""The wall between organisations, below every service and view."""

import uuid

import pytest

from accounts.models import Department, Organization, User
from accounts.tenancy import (
    TenantScopeMissingError,
    TenantScopeMixError,
    current_organization_id,
    enter_scope,
    request_scope,
    system_scope,
    tenant_scope,
)
from tests.builders import make_department


def test_a_query_outside_of_a_scope_is_an_error(db: None) -> None:
    with pytest.raises(TenantScopeMissingError):
        Department.objects.count()
    with pytest.raises(TenantScopeMissingError):
        User.objects.count()


def test_a_scope_shows_the_rows_of_its_organisation_only(department: Department, outsider: User) -> None:
    make_department(organization=outsider.organization)
    with tenant_scope(department.organization_id):
        assert list(Department.objects.all()) == [department]
        assert not User.objects.filter(pk=outsider.pk).exists()


def test_a_row_gets_the_organisation_of_the_scope(organization: Organization) -> None:
    with tenant_scope(organization.pk):
        assert Department.objects.create(name="מחקר").organization_id == organization.pk


def test_a_row_of_another_organisation_cannot_be_written(
    organization: Organization, other_organization: Organization
) -> None:
    with tenant_scope(organization.pk), pytest.raises(TenantScopeMixError):
        Department.objects.create(name="מחקר", organization=other_organization)


def test_a_row_cannot_be_written_outside_of_a_scope(organization: Organization) -> None:
    with pytest.raises(TenantScopeMissingError):
        Department(name="מחקר", organization=organization).save()


def test_a_scope_cannot_be_widened_or_changed_from_within() -> None:
    with tenant_scope(uuid.uuid4()):
        with pytest.raises(TenantScopeMixError), tenant_scope(uuid.uuid4()):
            pass
        with pytest.raises(TenantScopeMixError), system_scope("curiosity"):
            pass


def test_a_scope_ends_with_its_block() -> None:
    with tenant_scope(organization_id := uuid.uuid4()):
        assert current_organization_id() == organization_id
    with pytest.raises(TenantScopeMissingError):
        current_organization_id()


def test_a_system_scope_sees_everybody_and_names_nobody(department: Department, outsider: User) -> None:
    with system_scope("a chore"):
        assert {user.pk for user in User.objects.all()} == {outsider.pk}
        with pytest.raises(TenantScopeMissingError):
            current_organization_id()
        with tenant_scope(department.organization_id):
            assert User.objects.count() == 0


def test_what_a_request_enters_ends_with_the_request() -> None:
    with tenant_scope(outer := uuid.uuid4()):
        with request_scope():
            with pytest.raises(TenantScopeMissingError):
                current_organization_id()
            enter_scope(inner := uuid.uuid4())
            assert current_organization_id() == inner
        assert current_organization_id() == outer
    with pytest.raises(TenantScopeMissingError):
        enter_scope(uuid.uuid4())
