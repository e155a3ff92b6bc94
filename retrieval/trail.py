"""What the audit trail tells of a document: what was done to it, not what it says."""

from dataclasses import dataclass
from uuid import UUID

from accounts import audit
from accounts.types import Actor
from retrieval.models import Document


@dataclass(frozen=True, slots=True)
class Seen:
    """A document at one moment, as far as the trail tells changes of it."""

    words: tuple[str, str, str]
    readers: tuple[bool, frozenset[UUID]]


def seen(document: Document) -> Seen:
    """Return the document as it is now; call inside the scope, on a row that is held."""
    departments = document.departments.values_list("pk", flat=True)
    people = document.people.values_list("pk", flat=True)
    return Seen(
        (document.title, document.text_hash, document.category),
        (document.restricted, frozenset([*departments, *people])),
    )


def record_changes(before: Seen, document: Document, *, by: Actor) -> None:
    """Write down what has changed since; nothing where nothing has."""
    after = seen(document)
    if after.words != before.words:
        record("document.changed", document, by=by)
    if after.readers != before.readers:
        record("document.readers_changed", document, by=by)


def record(action: str, document: Document, *, by: Actor) -> None:
    """Write down what was done to the document."""
    audit.record(action, actor_id=by.user_id, target=document.pk)
