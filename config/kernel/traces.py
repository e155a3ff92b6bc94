"""Looking for somebody in every table, whatever app it belongs to: what an erasure has to prove."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

_WORDS = (models.CharField, models.TextField, models.FileField)


def traces_in_database(needles: Sequence[str], *, but: Collection[str] = ()) -> dict[str, int]:
    """Return how many rows of each table hold any of the needles, in any column: ids and words.

    Tables without any are left out, and those named in `but`. Every row is read: this is no question for a
    page.
    """
    found: dict[str, int] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in but and (count := _rows_with(model, needles)):
            found[model._meta.label] = count
    return found


def _rows_with(model: type[models.Model], needles: Sequence[str]) -> int:
    rows: Any = model._base_manager.all()
    wanted = Q()
    for field in model._meta.concrete_fields:
        if isinstance(field, models.JSONField):
            rows = rows.annotate(**{f"{field.name}_said": Cast(field.name, models.TextField())})
        for lookup in _lookups(field, needles):
            wanted |= lookup
    return rows.filter(wanted).count() if wanted else 0


def _lookups(field: Any, needles: Sequence[str]) -> Iterator[Q]:
    kept = field.target_field if field.is_relation else field
    for needle in needles:
        if isinstance(kept, models.UUIDField):
            with suppress(ValueError):
                yield Q(**{field.attname: UUID(needle)})
        elif isinstance(kept, models.JSONField):
            yield Q(**{f"{field.name}_said__icontains": needle})
        elif isinstance(kept, _WORDS):
            yield Q(**{f"{field.attname}__icontains": needle})
