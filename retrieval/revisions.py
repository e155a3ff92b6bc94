"""Telling one version of a document from another, and one document's content from another's."""

import hashlib
from uuid import UUID

from django.db.models import Q, QuerySet

from retrieval.errors import DocumentExistsError
from retrieval.models import Document


def content_hash(title: str, content: str) -> str:
    """Return what tells whether a document has changed in anything that is searched."""
    return hashlib.sha256(f"{title}\0{content}".encode()).hexdigest()


def text_hash(content: str) -> str:
    """Return what texts of the same words share, however they are spaced; "" for no text."""
    words = " ".join(content.split())
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


def file_hash(data: bytes) -> str:
    """Return what tells one file from another."""
    return hashlib.sha256(data).hexdigest()


def refuse_double(document: Document) -> None:
    """Raise DocumentExistsError where another document of the scope's organisation holds the same file or
    text; private files are of no matter to it, nor it to them.
    """
    if document.conversation_id is not None:
        return
    same = Q(text_hash=document.text_hash) & ~Q(text_hash="")
    same |= Q(file_hash=document.file_hash) & ~Q(file_hash="")
    others = Document.objects.filter(same, deleted_at__isnull=True, conversation_id=None)
    others = others.exclude(id=document.id).exclude(status=Document.Status.REJECTED)
    other = others.order_by("created_at").values("id", "title").first()
    if other is not None:
        raise DocumentExistsError(details={"id": str(other["id"]), "title": other["title"]})


def same_version(document_id: UUID, version: int) -> "QuerySet[Document]":
    """Return the document, as long as nobody has changed or deleted it; a query to update or lock."""
    found: QuerySet[Document] = Document.objects.filter(
        id=document_id, version=version, deleted_at__isnull=True
    )
    return found
