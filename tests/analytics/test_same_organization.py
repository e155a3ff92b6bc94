"""A row cannot point into another organisation, whatever code writes it, where PostgreSQL is the database."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, Manager, Model

from accounts.access import actor_of
from accounts.models import Invitation, User
from accounts.same_organization import SameOrganization
from accounts.tenancy import TenantModel, tenant_scope
from conversations.models import Conversation, Message
from tests.builders import make_department
from tests.conversations.turns import talk


def pointing() -> Iterator[tuple[type[Model], "Field[object, object]"]]:
    """Yield every field by which one tenant table points at another."""
    for model in apps.get_models():
        if issubclass(model, TenantModel | User):
            for field in model._meta.concrete_fields:
                related = field.related_model
                if isinstance(related, type) and issubclass(related, TenantModel | User):
                    yield model, field


def test_every_such_field_is_kept_in_the_organisation_by_a_migration() -> None:
    migrations = MigrationLoader(None).disk_migrations.values()
    kept = {
        (operation.model, name)
        for migration in migrations
        for operation in migration.operations
        if isinstance(operation, SameOrganization)
        for name in operation.fields
    }
    assert {(model._meta.label, field.name) for model, field in pointing()} == kept


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no composite foreign keys of ours")
@pytest.mark.django_db
def test_the_database_itself_refuses_what_points_elsewhere(member: User, outsider: User) -> None:
    talk(actor_of(member), "שאלה")
    theirs = talk(actor_of(outsider), "שאלה")
    department = make_department(organization=outsider.organization)
    with tenant_scope(member.organization_id):
        Invitation.objects.create(token_hash="x", expires_at="2030-01-01T00:00:00Z")

    def write(rows: "Manager[Any]", **change: object) -> None:
        with transaction.atomic(), tenant_scope(member.organization_id):
            assert rows.update(**change)
            connection.check_constraints()

    for rows, change in (
        (Message.objects, {"conversation_id": theirs.conversation_id}),
        (Conversation.objects, {"owner_id": outsider.pk}),
        (User.objects, {"department": department}),
        (Invitation.objects, {"department": department}),
    ):
        with pytest.raises(IntegrityError):
            write(rows, **change)
