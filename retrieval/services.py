"""Changing documents: adding, editing, indexing again, deleting. Each is one transaction with its event."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.text import clean_text
from retrieval import index_state, trail
from retrieval.editions import edition_of, supersede
from retrieval.errors import (
    DocumentEmptyError,
    DocumentTooLargeError,
    ExternalIdTakenError,
)
from retrieval.extract import Extracted, clean, extract_light, first_heading, kind_of
from retrieval.held import EDITABLE, announce, erase, locked_document, request_indexing
from retrieval.ingest import index_document
from retrieval.models import CATEGORY_LENGTH, EXTERNAL_ID_LENGTH, TITLE_LENGTH, Document
from retrieval.named_readers import EVERYONE, Named, NamedReaders, rows_of
from retrieval.originals import stem_of
from retrieval.revisions import content_hash, file_hash, refuse_double, text_hash
from retrieval.shelving import announce_relabelling

__all__ = [
    "EVERYONE",
    "DocumentChanges",
    "NamedReaders",
    "Upload",
    "create_document",
    "delete_document",
    "index_document",
    "reindex_document",
    "update_document",
]


_UNREAD = {Document.Status.REJECTED, Document.Status.NEEDS_ATTENTION}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: name, bytes and the type its sender declared."""

    filename: str
    data: bytes
    mime: str = ""


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """What to change; None leaves it as it is."""

    title: str | None = None
    content: str | None = None
    category: str | None = None
    department_ids: Collection[UUID] | None = None
    person_ids: Collection[UUID] | None = None


def create_document(
    *,
    actor: Actor,
    content: str | Upload,
    title: str = "",
    category: str = "",
    readers: NamedReaders = EVERYONE,
    external_id: str = "",
) -> Document:
    """Store a document of a manager and have it indexed.

    `content` is text or a file; the file's own title and category are taken where none is given. Raises
    PermissionDeniedError, the refusals of `retrieval.errors`, EmptyTextError and TextTooLongError;
    DocumentExistsError where another document holds the same, which for some files only the job can tell.
    """
    number = _line(external_id, EXTERNAL_ID_LENGTH, "external_id")
    draft, named = draft_document(
        actor=actor, content=content, title=title, category=category, readers=readers
    )
    draft.external_id = number
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = insert_draft(draft, named)
        trail.record("document.created", document, by=actor)
    return document


def draft_document(
    *, actor: Actor, content: str | Upload, title: str, category: str, readers: NamedReaders
) -> tuple[Document, Named]:
    """Do what is slow about a new document, outside of any transaction; `insert_draft` does the rest."""
    require_manager(actor)
    found = read_content(content)
    document = Document(
        organization_id=actor.organization_id,
        title=clean_text(title or own_title(found, content), max_length=TITLE_LENGTH, field="title"),
        category=_line(category or _own_category(found), CATEGORY_LENGTH, "category"),
        content=found.text if found else "",
        mime=found.mime if found else "",
        awaits_extraction=found is None,
        size=0 if isinstance(content, Upload) else len(content.encode()),
        uploaded_by_id=actor.user_id,
    )
    named = rows_of(actor, readers)
    if isinstance(content, Upload):
        store_upload(document, content)
    return document, named


def insert_draft(document: Document, named: Named) -> Document:
    """Keep the document and have it indexed; inside the scope, and in the caller's transaction if it has one.

    Raises DocumentExistsError and ExternalIdTakenError, and takes the file away again then.
    """
    document.content_hash = content_hash(document.title, document.content)
    document.text_hash = text_hash(document.content)
    try:
        with transaction.atomic():
            refuse_double(document)
            document.restricted = bool(named.departments or named.people)
            document.save(force_insert=True)
            document.departments.set(named.departments)
            document.people.set(named.people)
            announce(document)
    except Exception as error:
        document.original.delete(save=False)
        if isinstance(error, IntegrityError) and document.external_id and "external_id" in str(error):
            raise ExternalIdTakenError from None
        raise
    return document


def update_document(*, actor: Actor, document_id: UUID, changes: DocumentChanges) -> Document:
    """Change a document of the manager's organisation; a new title or text is indexed again.

    Raises what `create_document` does, and NotFoundError.
    """
    require_manager(actor)
    named = rows_of(actor, NamedReaders(changes.department_ids or (), changes.person_ids or ()))
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = locked_document(document_id)
        before, seen = edition_of(document), trail.seen(document)
        _apply(document, changes)
        if changes.content is not None:
            refuse_double(document)
        if content_hash(document.title, document.content) != document.content_hash:
            supersede(document, before, by=actor.user_id)
            request_indexing(document)
        if changes.department_ids is not None:
            document.departments.set(named.departments)
        if changes.person_ids is not None:
            document.people.set(named.people)
        if not (changes.department_ids is None and changes.person_ids is None):
            document.restricted = document.departments.exists() or document.people.exists()
        document.save(update_fields=EDITABLE)
        index_state.bump(document.id)
        announce_relabelling(document.id)
        trail.record_changes(seen, document, by=actor)
    return document


def reindex_document(*, actor: Actor, document_id: UUID) -> Document:
    """Have a document indexed again; what could not be read is read from its file again.

    Raises NotFoundError and PermissionDeniedError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = locked_document(document_id)
        if document.status in _UNREAD and document.original:
            document.awaits_extraction = True
        request_indexing(document)
        document.save(update_fields=EDITABLE)
    return document


def delete_document(*, actor: Actor, document_id: UUID) -> None:
    """Delete a document with its text, passages and file; its name alone stays, for answers that cited it.

    Raises PermissionDeniedError and NotFoundError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = locked_document(document_id)
        erase(document)
        trail.record("document.deleted", document, by=actor)


def store_upload(document: Document, upload: Upload) -> None:
    """Keep the bytes of a file for a document that the caller saves, or gives up with its `original`."""
    document.original_name = upload.filename[-255:]
    document.file_hash, document.size = file_hash(upload.data), len(upload.data)
    document.mime = kind_of(upload.data, filename=upload.filename, mime=upload.mime)
    document.original.save(_original_path(document, upload), ContentFile(upload.data), save=False)


def refuse_large(size: int) -> None:
    """Raise DocumentTooLargeError for more bytes than a document may have."""
    if size > settings.DOCUMENT_MAX_BYTES:
        raise DocumentTooLargeError(details={"max_bytes": settings.DOCUMENT_MAX_BYTES})


def read_content(content: str | Upload) -> Extracted | None:
    """Return the text of what was typed or uploaded, None for a file that the job has to read.

    Raises the refusals of `retrieval.errors`; what only the reading can tell makes the document rejected
    later.
    """
    data = content.data if isinstance(content, Upload) else content.encode(errors="replace")
    refuse_large(len(data))
    if isinstance(content, Upload):
        return extract_light(content.data, filename=content.filename, mime=content.mime)
    text = clean(content)
    if not any(character.isalnum() for character in text):
        raise DocumentEmptyError
    return Extracted(text, first_heading(text))


def refuse_double_content(
    content: str | Upload, found: Extracted | None, *, document_id: UUID | None
) -> None:
    """Raise DocumentExistsError where another document than this one holds what was just read."""
    document = Document(id=document_id, text_hash=text_hash(found.text if found else ""))
    if isinstance(content, Upload):
        document.file_hash = file_hash(content.data)
    refuse_double(document)


def own_title(found: Extracted | None, content: str | Upload) -> str:
    """Return the title that a text or file has by itself, "" for none."""
    stem = stem_of(content.filename) if isinstance(content, Upload) else ""
    return ((found.title if found else "") or stem)[:TITLE_LENGTH]


def _own_category(found: Extracted | None) -> str:
    return found.category[:CATEGORY_LENGTH] if found else ""


def _line(value: str, max_length: int, field: str) -> str:
    return clean_text(value, max_length=max_length, field=field) if value.strip() else ""


def _original_path(document: Document, upload: Upload) -> str:
    name = PurePath(upload.filename.replace("\\", "/"))
    return f"documents/{document.organization_id}/{document.id}/{name.stem[:80]}{name.suffix[:16]}"


def _apply(document: Document, changes: DocumentChanges) -> None:
    if changes.title is not None:
        document.title = clean_text(changes.title, max_length=TITLE_LENGTH, field="title")
    if changes.content is not None:
        found = read_content(changes.content)
        document.content, document.page_starts = found.text if found else "", []
        document.text_hash, document.file_hash = text_hash(document.content), ""
        document.size = len(document.content.encode())
        document.awaits_extraction = False
    if changes.category is not None:
        document.category = _line(changes.category, CATEGORY_LENGTH, "category")
