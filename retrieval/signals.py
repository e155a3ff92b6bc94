"""What the tabs of a person are told of their private files: look again."""

from uuid import UUID

from config.kernel.signals import group_of, tell_after_commit
from retrieval.models import Document

FILE = "file"


def tell_of_file(document_id: UUID) -> None:
    """Say that a file came, went or stands differently, where it is a private one; call inside the scope."""
    files = Document.objects.filter(id=document_id, conversation_id__isnull=False)
    for conversation_id, owner_id in files.values_list("conversation_id", "uploaded_by_id"):
        tell_after_commit(group_of(owner_id), FILE, conversation_id=str(conversation_id))
