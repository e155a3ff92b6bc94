"""Rows, from the embedded database to an empty one: streamed, in one snapshot there and one transaction here.

What the models say decides how a value is read and written; nothing is computed anew, no hook runs, and the
times at which rows were changed stay what they were.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connections, models

BATCH = 500
# What `migrate` itself writes into a new database; the moved rows take their place.
MADE_BY_MIGRATIONS = {"contenttypes.ContentType", "auth.Permission"}
Model = type[models.Model]


class MoveError(Exception):
    """The move cannot go on; the text says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table and how many rows were moved."""

    name: str
    rows: int


def tables() -> list[Model]:
    """Return every model that has a table, each after those that it points at."""
    every = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    known = {model for model in every if not model._meta.proxy}
    pointed = {model: _pointed_at(model) & (known - {model}) for model in sorted(known, key=_label)}
    return list(TopologicalSorter(pointed).static_order())


def _pointed_at(model: Model) -> set[Any]:
    return {field.remote_field.model for field in model._meta.concrete_fields if field.remote_field}


def _label(model: Model) -> str:
    return model._meta.label


def require_same_schema(source: str, target: str) -> None:
    """Raise MoveError unless both databases have had the same migrations."""
    ours, theirs = (_migrations(alias) for alias in (target, source))
    if ours != theirs:
        different = ", ".join(sorted(f"{app}.{name}" for app, name in ours ^ theirs)[:3])
        raise MoveError(
            f"The installation is of another version than this one ({different}). "
            "Start it once with this version, then move it."
        )


def _migrations(alias: str) -> set[tuple[str, str]]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(app, name) for app, name in cursor.fetchall()}


def counts(alias: str) -> dict[str, int]:
    """Return how many rows each table has."""
    return {_label(model): model._base_manager.using(alias).count() for model in tables()}


def filled(alias: str) -> list[str]:
    """Return the tables that hold more than what migrations write."""
    return [name for name, rows in counts(alias).items() if rows and name not in MADE_BY_MIGRATIONS]


def same_rows(source: str, target: str) -> bool:
    """Return whether every table holds the same rows in both databases."""
    if counts(source) != counts(target):
        return False
    return all(_fingerprint(model, source) == _fingerprint(model, target) for model in tables())


def _fingerprint(model: Model, alias: str) -> int:
    """Return a number that two tables share when they hold the same rows, in whatever order."""
    total = 0
    for row in _rows(model, alias):
        total ^= int.from_bytes(hashlib.sha256(repr([_plain(value) for value in row]).encode()).digest())
    return total


def _plain(value: Any) -> Any:
    """Return what two databases say alike: they keep keys of JSON in orders of their own."""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return bytes(value) if isinstance(value, memoryview) else value


def copy(source: str, target: str) -> Iterator[Table]:
    """Copy all rows, a table at a time; call in a snapshot of `source` and a transaction of `target`.

    Raises MoveError when a table does not arrive whole.
    """
    ordered = tables()
    for model in reversed(ordered):
        if _label(model) in MADE_BY_MIGRATIONS:
            model._base_manager.using(target).all().delete()
    for model in ordered:
        yield Table(_label(model), _copy_table(model, source, target))
    reset = connections[target].ops.sequence_reset_sql(no_style(), ordered)
    with connections[target].cursor() as cursor:
        for statement in reset:
            cursor.execute(statement)


def _copy_table(model: Model, source: str, target: str) -> int:
    connection, fields = connections[target], _fields(model)
    insert = _insertion(model, connection.ops.quote_name)
    for rows in _batches(_rows(model, source)):
        prepared = [
            [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
            for row in rows
        ]
        try:
            with connection.cursor() as cursor:
                cursor.executemany(insert, prepared)
        except DatabaseError as error:
            raise MoveError(f"{_label(model)}: {error}") from error
    there, here = (model._base_manager.using(alias).count() for alias in (source, target))
    if there != here:
        raise MoveError(f"{_label(model)}: {there} rows in the installation, {here} arrived.")
    return here


def _insertion(model: Model, quoted: Callable[[str], str]) -> str:
    columns = [quoted(field.column) for field in _fields(model)]
    places = ", ".join(["%s"] * len(columns))
    table = quoted(model._meta.db_table)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  names of our own


def _batches(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _rows(model: Model, alias: str) -> Iterator[Sequence[Any]]:
    names = [field.attname for field in _fields(model)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    return iter(rows.iterator(chunk_size=BATCH))


def _fields(model: Model) -> list[Any]:
    return list(model._meta.concrete_fields)
