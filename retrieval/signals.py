"""What people are told of what they uploaded: of private files in their tabs, of documents by the outbox."""

from uuid import UUID

from django.db import transaction

from config.kernel import outbox
from config.kernel.signals import group_of, tell_after_commit
from retrieval.models import Document

FILE = "file"
DOCUMENT_FAILED = "document.failed"
_NEEDS_SOMEBODY = (Document.Status.FAILED, Document.Status.REJECTED, Document.Status.NEEDS_ATTENTION)


def tell_of_file(document_id: UUID) -> None:
    """Say that a file came, went or stands differently, where it is a private one; call inside the scope."""
    files = Document.objects.filter(id=document_id, conversation_id__isnull=False)
    for conversation_id, owner_id in files.values_list("conversation_id", "uploaded_by_id"):
        tell_after_commit(group_of(owner_id), FILE, conversation_id=str(conversation_id))


def tell_of_failure(document_id: UUID) -> None:
    """Say that a document of the organisation waits for somebody to look after it; call inside the scope."""
    waiting = Document.objects.filter(
        id=document_id, conversation_id=None, deleted_at=None, status__in=_NEEDS_SOMEBODY
    ).exclude(uploaded_by=None)
    for organization_id, user_id in waiting.values_list("organization_id", "uploaded_by_id"):
        payload = {"document_id": str(document_id), "user_id": str(user_id)}
        with transaction.atomic():
            outbox.emit(DOCUMENT_FAILED, organization_id=organization_id, payload={**payload})
