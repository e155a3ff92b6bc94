"""Telling one version of a document from another."""

import hashlib
from uuid import UUID

from django.db.models import QuerySet

from retrieval.models import Document


def content_hash(title: str, content: str) -> str:
    """Return what tells whether a document has changed in anything that is searched."""
    return hashlib.sha256(f"{title}\0{content}".encode()).hexdigest()


def same_version(document_id: UUID, version: int) -> "QuerySet[Document]":
    """Return the document, as long as nobody has changed or deleted it; a query to update or lock."""
    found: QuerySet[Document] = Document.objects.filter(
        id=document_id, version=version, deleted_at__isnull=True
    )
    return found
