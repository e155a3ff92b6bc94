"""Indexing again what was embedded by another model than the one that is configured now, or cut by other
rules than today's.

One document after the other is indexed anew and switched as a whole, so it can be stopped and started again
at any time, and the search goes on: what waits is found by its words, what is done by its meaning as well.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.tenancy import tenant_scope
from config.kernel.errors import DomainError, ServiceUnavailableError
from retrieval import embeddings
from retrieval.chunking import CUTTING
from retrieval.ingest import index_document
from retrieval.models import Document

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reembedded:
    """What was done: documents that are up to date now, and those that wait still, as for a person."""

    done: int
    left: int


def count_stale(organization_id: UUID) -> int:
    """Return how many of the organisation's documents another embedder embedded or other rules cut."""
    with tenant_scope(organization_id):
        return _stale().count()


def reembed(organization_id: UUID, progress: Callable[[int], object]) -> Reembedded:
    """Index every document of the organisation that another embedder has embedded or other rules have cut,
    private files as well. What the cutting leaves as it was keeps its vectors.

    `progress` is told how many have been tried. Raises ServiceUnavailableError where nothing embeds just now
    or the store is away; what was done until then stays done, and the rest is searched as before.
    """
    with tenant_scope(organization_id):
        waiting = list(_stale().order_by("created_at", "id").values_list("id", flat=True))
        for tried, document_id in enumerate(waiting, start=1):
            try:
                index_document(document_id)
            except ServiceUnavailableError:
                raise
            except DomainError:
                logger.warning("document not embedded again", extra={"document_id": str(document_id)})
            progress(tried)
        left = _stale().filter(id__in=waiting).count()
    return Reembedded(len(waiting) - left, left)


def _stale() -> QuerySet[Document]:
    kept = Document.objects.filter(deleted_at__isnull=True, indexed_version__isnull=False)
    found: QuerySet[Document] = kept.exclude(embedder=embeddings.name(), cutting=CUTTING)
    return found
