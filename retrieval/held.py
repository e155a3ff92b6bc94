"""What every change of a document is made of; each call is inside the organisation's scope, in the change's
transaction, on a row that is held.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.kernel import outbox
from config.kernel.errors import NotFoundError
from retrieval import index_state
from retrieval.editions import forget_editions
from retrieval.models import Document
from retrieval.revisions import content_hash
from retrieval.shelving import announce_removal

# Never the fields that indexing writes at its own time.
EDITABLE = (
    *("title", "content", "content_hash", "text_hash", "file_hash", "category", "restricted"),
    *("version", "status", "error_code", "updated_at", "page_starts", "awaits_extraction"),
    *("original", "original_name", "mime", "size", "edition", "edition_at", "edition_by"),
)


def locked_document(document_id: UUID) -> Document:
    """Return the organisation's document as it is now, held until the transaction ends; raise NotFoundError,
    also for a private file.
    """
    kept = Document.objects.select_for_update().filter(deleted_at__isnull=True, conversation_id=None)
    found = kept.filter(id=document_id).first()
    if found is None:
        raise NotFoundError
    document: Document = found
    return document


def request_indexing(document: Document) -> None:
    """Make a new version of the document and have it indexed; the caller saves the EDITABLE fields."""
    document.content_hash = content_hash(document.title, document.content)
    document.version += 1
    document.status = Document.Status.PENDING
    document.error_code = ""
    announce(document)


def announce(document: Document) -> None:
    """Have a version of the document read and indexed."""
    outbox.emit(
        "document.uploaded",
        organization_id=document.organization_id,
        payload={"document_id": str(document.id), "version": document.version},
    )


def erase(document: Document, **also: Any) -> None:
    """Take texts, passages and files from a document that is held, the files when that is committed.

    `also` are more fields to change.
    """
    storage, original, passages = document.original.storage, document.original.name, document.passages.all()
    forget_editions(document)
    announce_removal(passages.values_list("id", flat=True))
    passages.delete()
    Document.objects.filter(id=document.id).update(
        deleted_at=timezone.now(), content="", original="", indexed_version=None, **also
    )
    index_state.bump(document.id)
    if original:
        transaction.on_commit(partial(storage.delete, original))
