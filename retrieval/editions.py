"""The earlier texts of a document; each call is inside the organisation's scope, in the change's transaction,
on a document that is held.

What has never been read, a file that waits or was rejected, is no edition: a change takes its place.
"""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from retrieval.models import Document, Edition


def edition_of(document: Document) -> Edition | None:
    """Return the unsaved edition that the document is now, None where its text has not been read."""
    if document.awaits_extraction or not document.content.strip():
        return None
    return Edition(
        organization_id=document.organization_id,
        document_id=document.id,
        number=document.edition,
        title=document.title,
        content=document.content,
        page_starts=document.page_starts,
        mime=document.mime,
        original=document.original.name or "",
        original_name=document.original_name,
        file_hash=document.file_hash,
        size=document.size or len(document.content.encode()),
        made_at=document.edition_at or document.created_at,
        made_by_id=document.edition_by_id or document.uploaded_by_id,
    )


def supersede(document: Document, before: Edition | None, *, by: UUID | None) -> None:
    """Keep what the document was before and number what it is now; the caller saves the document.

    No more than DOCUMENT_VERSIONS_KEPT are kept, the oldest are forgotten with their files.
    """
    document.edition_at, document.edition_by_id = timezone.now(), by
    if before is not None:
        before.save(force_insert=True)
        document.edition = before.number + 1
    old = list(document.editions.order_by("-number")[settings.DOCUMENT_VERSIONS_KEPT :])
    Edition.objects.filter(id__in=[each.id for each in old]).delete()
    drop_files(document, (each.original.name for each in old))


def drop_files(document: Document, names: Iterable[str | None]) -> None:
    """Delete those of the document's files that neither it nor an edition of it is made of any more, when
    the transaction is committed.
    """
    used = {document.original.name, *document.editions.values_list("original", flat=True)}
    for name in {name for name in names if name} - used:
        transaction.on_commit(partial(document.original.storage.delete, name))


def forget_editions(document: Document) -> None:
    """Delete all earlier texts of a document with their files; its own file is the caller's matter."""
    names = set(document.editions.values_list("original", flat=True))
    Edition.objects.filter(document_id=document.id).delete()
    drop_files(document, names)
