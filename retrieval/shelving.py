"""Keeping the store in step with the rows.

New passages are put into the store before the rows are visible, by whoever makes them. Everything else may
happen a little later, and must happen even when the store is away just then: it goes through the outbox, as
the change itself is written. Until then the search drops what the rows no longer say.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from accounts.tenancy import current_organization_id, tenant_scope
from config.kernel import outbox
from config.kernel.outbox import OutboxMessage
from retrieval import index_state
from retrieval.models import Document, Passage
from retrieval.types import EVERYONE, conversation_audience, department_audience, person_audience
from retrieval.vectors import get_store
from retrieval.vectors.port import StoredPassage

_DOCUMENTS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Refilled:
    """What a refill did: passages put, and how many the store had that are no longer anybody's."""

    passages: int
    removed: int


def stored_passages(document: Document, passages: Iterable[Passage]) -> list[StoredPassage]:
    """Return the passages of the document as a store gets them; call inside the scope."""
    audience = _audience_of(document)
    return [
        StoredPassage(
            id=passage.id,
            document_id=document.id,
            title=document.title,
            content=passage.text,
            search_text=passage.search_text,
            vector=np.frombuffer(passage.embedding, np.float32) if passage.embedding else None,
            embedder=document.embedder,
            audience=audience,
            category=document.category,
            conversation_id=document.conversation_id,
        )
        for passage in passages
    ]


def _audience_of(document: Document) -> frozenset[str]:
    if document.conversation_id is not None:
        return frozenset({conversation_audience(document.conversation_id)})
    if not document.restricted:
        return frozenset({EVERYONE})
    return frozenset(
        {
            *(department_audience(each.pk) for each in document.departments.all()),
            *(person_audience(each.pk) for each in document.people.all()),
        }
    )


def announce_relabelling(document_id: UUID) -> None:
    """Have the store told of the document's new audience or category; call in the change's transaction."""
    outbox.emit(
        "document.relabelled",
        organization_id=current_organization_id(),
        payload={"document_id": str(document_id)},
    )


def announce_removal(passage_ids: Collection[UUID]) -> None:
    """Have the store forget the passages; call in the transaction that removes them."""
    if passage_ids:
        outbox.emit(
            "passages.removed",
            organization_id=current_organization_id(),
            payload={"passage_ids": [str(passage_id) for passage_id in passage_ids]},
        )


def relabel(message: OutboxMessage) -> None:
    """Put the document's passages again, as they are now; the handler of `document.relabelled`."""
    with tenant_scope(message.organization_id):
        for document in _shelved().filter(id=UUID(str(message.payload["document_id"]))):
            get_store().put(message.organization_id, stored_passages(document, _passages(document)))


def forget(message: OutboxMessage) -> None:
    """Remove passages from the store; the handler of `passages.removed`."""
    listed = message.payload["passage_ids"]
    get_store().remove(message.organization_id, [UUID(each) for each in listed])  # type: ignore[arg-type, union-attr]


def refill(organization_id: UUID, progress: Callable[[int], object]) -> Refilled:
    """Give the store every passage of the organisation, and take out what it has beside them.

    Nothing is embedded. Each document's passages are taken out first: a store may leave alone what it
    believes to hold already. `progress` is told how many passages have been put. While documents are being
    indexed no others are taken out: what is new in the store may be about to become visible.
    """
    store, put = get_store(), 0
    with tenant_scope(organization_id):
        before = store.stored_ids(organization_id)
        for document in _shelved().prefetch_related("departments", "people").iterator(_DOCUMENTS_AT_ONCE):
            passages = list(_passages(document))
            store.remove(organization_id, before & {passage.id for passage in passages})
            store.put(organization_id, stored_passages(document, passages))
            put += len(passages)
            progress(put)
        strays = before - set(Passage.objects.values_list("id", flat=True))
        if Document.objects.filter(status=Document.Status.INDEXING).exists():
            strays = set()
        store.remove(organization_id, strays)
    return Refilled(put, len(strays))


def strays(organization_id: UUID) -> int:
    """Return how many passages the store has that are nobody's; raises StoreUnavailableError."""
    with tenant_scope(organization_id):
        stored = get_store().stored_ids(organization_id)
        return len(stored - set(Passage.objects.values_list("id", flat=True)))


def forget_reader(person_id: UUID) -> int:
    """Take a person from the readers of documents, which stay as restricted as they are; return how many.

    Call inside the scope, in a transaction.
    """
    named = list(Document.objects.select_for_update().filter(people=person_id).order_by("id"))
    for document in named:
        document.people.remove(person_id)
        index_state.bump(document.id)
        announce_relabelling(document.id)
    return len(named)


def _shelved() -> QuerySet[Document]:
    found: QuerySet[Document] = Document.objects.filter(
        deleted_at__isnull=True, indexed_version__isnull=False
    )
    return found.defer("content").order_by("created_at", "id")


def _passages(document: Document) -> QuerySet[Passage]:
    return document.passages.defer("sentence_embeddings", "sentence_spans")
