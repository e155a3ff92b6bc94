"""Who is named as a document's readers: ids as they come in, and the rows that they name."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts import access as accounts
from accounts.types import Actor
from config.kernel.errors import NotFoundError
from retrieval.errors import UnknownDepartmentError, UnknownPersonError


@dataclass(frozen=True, slots=True)
class NamedReaders:
    """Who may read a document besides the managers; when nobody is named, everyone."""

    department_ids: Collection[UUID] = ()
    person_ids: Collection[UUID] = ()


EVERYONE = NamedReaders()


@dataclass(frozen=True, slots=True)
class Named:
    """The same as rows of the organisation."""

    departments: list[Any]
    people: list[Any]


def rows_of(actor: Actor, readers: NamedReaders) -> Named:
    """Return the rows; raise UnknownDepartmentError and UnknownPersonError for others."""
    try:
        departments = [
            accounts.get_department(department_id=each, actor=actor) for each in readers.department_ids
        ]
    except NotFoundError:
        raise UnknownDepartmentError from None
    try:
        people = [accounts.get_member(member_id=each, actor=actor) for each in readers.person_ids]
    except NotFoundError:
        raise UnknownPersonError from None
    return Named(departments, people)
