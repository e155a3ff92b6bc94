"""What a manager may say about the job that reads and indexes a document: enough, or go on with the text."""

from uuid import UUID

from django.db import transaction

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import ConflictError
from retrieval import trail
from retrieval.errors import IndexingCancelledError
from retrieval.held import EDITABLE, locked_document, request_indexing
from retrieval.models import Document

_UNDER_WAY = {Document.Status.PENDING, Document.Status.INDEXING}


def accept_text(*, actor: Actor, document_id: UUID) -> Document:
    """Index the text of a document that needs attention as it is; somebody has looked at it.

    Raises NotFoundError, PermissionDeniedError, and ConflictError where nothing waits to be accepted.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = locked_document(document_id)
        if document.status != Document.Status.NEEDS_ATTENTION or not document.content.strip():
            raise ConflictError
        request_indexing(document)
        document.save(update_fields=EDITABLE)
        trail.record("document.accepted", document, by=actor)
    return document


def cancel_indexing(*, actor: Actor, document_id: UUID) -> Document:
    """Stop reading and indexing; what was searched before still is, and `reindex_document` starts again.

    A job that runs elsewhere notices by the version that it has lost its document, and publishes nothing.
    Raises NotFoundError, PermissionDeniedError, and ConflictError where nothing is under way.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = locked_document(document_id)
        if document.status not in _UNDER_WAY:
            raise ConflictError
        document.version += 1
        document.status, document.error_code = Document.Status.FAILED, IndexingCancelledError.code
        document.save(update_fields=EDITABLE)
    return document
