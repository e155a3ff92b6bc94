"""One document, from its text to passages that can be found. Safe to repeat, and never half visible.

The slow part, embedding, runs between two short transactions: one reads a version of the document, the other
puts all of its new passages in place of the old ones. Until then the old ones are found.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.tenancy import tenant_scope
from config.kernel.errors import ServiceUnavailableError
from config.kernel.outbox import OutboxMessage
from retrieval import index_state
from retrieval.chunking import CUTTING
from retrieval.embeddings import LEXICAL, get_embedder
from retrieval.embeddings.port import Embedder
from retrieval.errors import DocumentEmptyError, IndexingCancelledError, IndexingFailedError
from retrieval.extract.types import Progress
from retrieval.models import Document, Passage
from retrieval.originals import read_original
from retrieval.passages import Source, make_passages
from retrieval.revisions import same_version
from retrieval.shelving import announce_removal, stored_passages
from retrieval.signals import tell_of_failure, tell_of_file
from retrieval.vectors import get_store

logger = logging.getLogger(__name__)
_STEPS_BETWEEN_LOOKS = 10
_SETTLED = {Document.Status.REJECTED, Document.Status.NEEDS_ATTENTION}


@dataclass(frozen=True, slots=True)
class _Job:
    """One version of one document, and the passages it had, with vectors where they are the embedder's."""

    source: Source
    version: int
    embedder: Embedder | None
    before: tuple[Passage, ...]

    @property
    def embedder_name(self) -> str:
        return self.embedder.name if self.embedder else LEXICAL


class _SupersededError(Exception):
    """The document was changed, cancelled or deleted while its file was being read or embedded."""


def index_uploaded(message: OutboxMessage) -> None:
    """Index the document of a `document.uploaded` event; the handler of its outbox route."""
    document_id = UUID(str(message.payload["document_id"]))
    with tenant_scope(message.organization_id):
        is_over = True
        try:
            index_document(document_id)
        except ServiceUnavailableError:  # tried again by itself
            is_over = False
            raise
        finally:
            tell_of_file(document_id)
            if is_over:
                tell_of_failure(document_id)


def index_document(document_id: UUID, *, with_sentences: bool = True) -> None:
    """Bring the document's passages up to its present version; call inside the organisation's scope.

    The file of an upload is read first. A document that is gone, already up to date or waiting for a person
    is left alone; one without words is rejected. Slow: never call it inside a transaction. Whatever else goes
    wrong marks the document as failed and is raised, to be tried again.
    """
    document = Document.objects.filter(id=document_id, deleted_at__isnull=True).first()
    if document is None or _is_settled(document):
        return
    try:
        if not document.awaits_extraction or _is_read(document):
            _index(document_id, with_sentences=with_sentences)
    except _SupersededError:
        return
    except Exception:
        _settle(document.id, document.version, Document.Status.FAILED, IndexingFailedError.code)
        raise


def _is_settled(document: Document) -> bool:
    return document.status in _SETTLED or document.error_code == IndexingCancelledError.code


def _is_read(document: Document) -> bool:
    look = _progress(document.id, document.version, Document.Stage.READING)
    look(0, 1)
    return read_original(document, look)


def _progress(document_id: UUID, version: int, stage: Document.Stage) -> Progress:
    """Return what notes how far the job is, and stops it when the document is no longer its own."""
    own = same_version(document_id, version)

    def look(done: int, total: int) -> None:
        if done % _STEPS_BETWEEN_LOOKS == 0:
            share = min(100 * done // max(total, 1), 100)
            if not own.update(status=Document.Status.INDEXING, error_code="", stage=stage, progress=share):
                raise _SupersededError

    return look


def _index(document_id: UUID, *, with_sentences: bool) -> None:
    job = _begin(document_id)
    if job is not None:
        look = _progress(document_id, job.version, Document.Stage.EMBEDDING)
        look(0, 1)
        passages = make_passages(
            job.source, job.before, job.embedder, with_sentences=with_sentences, progress=look
        )
        if passages:
            _publish(job, passages)
        else:
            _settle(document_id, job.version, Document.Status.REJECTED, DocumentEmptyError.code)


def _begin(document_id: UUID) -> _Job | None:
    document = Document.objects.filter(id=document_id, deleted_at__isnull=True).first()
    if document is None:
        return None
    source = Source(
        document.organization_id, document.id, document.title, document.content, tuple(document.page_starts)
    )
    job = _Job(source, document.version, get_embedder(), tuple(document.passages.all()))
    if document.embedder != job.embedder_name:
        for passage in job.before:
            passage.embedding = passage.sentence_embeddings = None
    elif document.indexed_version == document.version and document.cutting == CUTTING:
        return None
    return job


def _publish(job: _Job, passages: Sequence[Passage]) -> None:
    """Put the new passages in place of the old ones, unless the document has changed or gone meanwhile."""
    organization_id, document_id = job.source.organization_id, job.source.document_id
    document = Document.objects.get(id=document_id)
    document.embedder = job.embedder_name
    get_store().put(organization_id, stored_passages(document, passages))
    with transaction.atomic():
        made = {passage.id for passage in passages}
        had = set(Passage.objects.filter(document_id=document_id).values_list("id", flat=True))
        if not _same_version(job).select_for_update().exists():
            announce_removal(made - had)
            return
        Passage.objects.filter(document_id=document_id).delete()
        Passage.objects.bulk_create(passages, batch_size=200)
        index_state.bump(document_id)
        if job.embedder is not None:
            index_state.record_embedder(job.embedder.name, job.embedder.dimensions)
        _same_version(job).update(
            status=Document.Status.INDEXED,
            error_code="",
            stage="",
            progress=0,
            indexed_version=job.version,
            embedder=job.embedder_name,
            cutting=CUTTING,
        )
        announce_removal(had - made)
    logger.info("document indexed", extra={"document_id": str(document_id), "passages": len(passages)})


def _settle(document_id: UUID, version: int, status: Document.Status, error_code: str) -> None:
    same_version(document_id, version).update(status=status, error_code=error_code)
    extra = {"document_id": str(document_id), "status": status, "error": error_code}
    logger.warning("document not indexed", extra=extra)


def _same_version(job: _Job) -> QuerySet[Document]:
    return same_version(job.source.document_id, job.version)
