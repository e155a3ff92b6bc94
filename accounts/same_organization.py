"""For migrations: a row points at rows of its own organisation only, and PostgreSQL itself sees to it."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from typing_extensions import override


class SameOrganization(Operation):
    """Composite foreign keys, (organisation, id), for fields of a model that point at tenant tables.

    `model` is such as "conversations.Message". They stand beside Django's own; where the database is SQLite,
    `TenantModel.save` and the doors are all there is.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, fields: Sequence[str]) -> None:
        self.model = model
        self.fields = [*fields]

    @override
    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.model, self.fields], {}

    @override
    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """What models say stays the same."""

    @override
    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        model = to_state.apps.get_model(self.model)
        for name in self.fields:
            for statement in _statements(model._meta.db_table, model._meta.get_field(name)):
                schema_editor.execute(statement)

    @override
    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        model = from_state.apps.get_model(self.model)
        for name in self.fields:
            column = model._meta.get_field(name).column
            table = model._meta.db_table
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{key_name(table, column)}"')

    @override
    def describe(self) -> str:
        return f"Keep {', '.join(self.fields)} of {self.model} in the organisation"


def key_name(table: str, column: str) -> str:
    """Return what the composite foreign key of a column is called, within PostgreSQL's 63 characters."""
    return f"{table}_{column}"[:58] + "_org"


def _statements(table: str, field: Any) -> list[str]:
    parent = field.related_model._meta.db_table
    index = f"{parent}"[:55] + "_of_org"
    return [
        f'CREATE UNIQUE INDEX IF NOT EXISTS "{index}" ON "{parent}" (organization_id, id)',
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{key_name(table, field.column)}" '
        f'FOREIGN KEY (organization_id, "{field.column}") REFERENCES "{parent}" (organization_id, id) '
        "DEFERRABLE INITIALLY DEFERRED",
    ]
