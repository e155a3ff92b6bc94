"""Bringing in whole collections: documents with ids of their own, indexed before the next one is read."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction

from accounts.tenancy import current_organization_id
from config.kernel.text import clean_text
from retrieval import index_state
from retrieval.editions import edition_of, supersede
from retrieval.extract import clean
from retrieval.ingest import index_document
from retrieval.models import CATEGORY_LENGTH, EXTERNAL_ID_LENGTH, TITLE_LENGTH, Document
from retrieval.revisions import content_hash, text_hash
from retrieval.shelving import announce_relabelling


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """A document of a collection; `departments` are names, none for everyone."""

    external_id: str
    title: str
    text: str
    category: str = ""
    departments: tuple[str, ...] = ()


class Outcome(Enum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


def import_document(item: ImportedDocument, *, with_sentences: bool = True) -> Outcome:
    """Add the document or bring it up to date, and index it; call inside the organisation's scope.

    The same item again changes nothing, and one that was interrupted is finished. Slow: never inside a
    transaction. Raises InvalidInputError for a title or id that cannot be kept.
    """
    text = clean(item.text)
    if not any(character.isalnum() for character in text):
        return Outcome.REJECTED
    document, outcome = _saved(item, text)
    index_document(document.id, with_sentences=with_sentences)
    document.refresh_from_db(fields=["status"])
    return Outcome.REJECTED if document.status == Document.Status.REJECTED else outcome


def departments_named(names: Collection[str]) -> list[Any]:
    """Return the scope's departments of these names, creating those that are missing."""
    # The foreign key knows the table; this app never imports the one that owns it.
    table: Any = Document.departments.field.related_model
    return [table.objects.get_or_create(name=name)[0] for name in dict.fromkeys(names)]


def _saved(item: ImportedDocument, text: str) -> tuple[Document, Outcome]:
    title = clean_text(item.title, max_length=TITLE_LENGTH, field="title")
    external_id = clean_text(item.external_id, max_length=EXTERNAL_ID_LENGTH, field="id")
    category = (
        clean_text(item.category, max_length=CATEGORY_LENGTH, field="category") if item.category else ""
    )
    with transaction.atomic():
        departments = departments_named(item.departments)
        before = _existing(external_id)
        if before is not None and _is_same(before, item=(title, text, category), departments=departments):
            return before, Outcome.UNCHANGED
        document = before or Document(organization_id=current_organization_id(), external_id=external_id)
        if before is not None and before.content_hash != content_hash(title, text):
            supersede(document, edition_of(document), by=None)
            document.version += 1
            document.status = Document.Status.PENDING
        document.title, document.content, document.category = title, text, category
        document.content_hash, document.text_hash = content_hash(title, text), text_hash(text)
        document.size = len(text.encode())
        document.restricted = bool(departments)
        document.save()
        document.departments.set(departments)
        index_state.bump(document.id)
        if before is not None:
            announce_relabelling(document.id)
    return document, Outcome.CHANGED if before else Outcome.ADDED


def _existing(external_id: str) -> Document | None:
    """Return the scope's document of that id, held until the transaction ends."""
    held = Document.objects.select_for_update()
    found: Document | None = held.filter(external_id=external_id, deleted_at__isnull=True).first()
    return found


def _is_same(document: Document, *, item: tuple[str, str, str], departments: Collection[Any]) -> bool:
    title, text, category = item
    readers = set(document.departments.values_list("pk", flat=True))
    return (
        document.content_hash == content_hash(title, text)
        and document.category == category
        and readers == {department.pk for department in departments}
    )
