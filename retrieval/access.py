"""The doors to documents and passages: what is absent and what is not the reader's are refused alike."""

from collections.abc import Collection
from uuid import UUID

from accounts.tenancy import tenant_scope
from accounts.types import Actor, Role
from config.kernel.errors import NotFoundError
from retrieval import selectors
from retrieval.models import Document, Passage
from retrieval.pages import pages_of
from retrieval.types import PageStart, Reader


def reader_of(actor: Actor) -> Reader:
    """Return whose eyes the actor reads with.

    Managers see all documents of their organisation, members those for everyone, for their department or for
    them by name; operators run the platform and see none.
    """
    return Reader(
        organization_id=actor.organization_id,
        user_id=actor.user_id,
        department_id=actor.department_id,
        sees_all=actor.role == Role.MANAGER,
        sees_nothing=actor.role == Role.OPERATOR,
    )


def get_document(document_id: UUID, reader: Reader) -> Document:
    """Return the document; raise NotFoundError when there is none for this reader."""
    with tenant_scope(reader.organization_id):
        document = selectors.documents(reader).filter(id=document_id).first()
    if document is None:
        raise NotFoundError
    return document


def get_passage(passage_id: UUID, reader: Reader) -> Passage:
    """Return the passage with its document; raise NotFoundError when there is none for this reader."""
    return get_passages([passage_id], reader)[0]


def get_passages(passage_ids: Collection[UUID], reader: Reader) -> list[Passage]:
    """Return the passages in the order asked for; raise NotFoundError unless the reader may open each."""
    with tenant_scope(reader.organization_id):
        found = selectors.openable_passages(reader, passage_ids)
    if not found.keys() >= set(passage_ids):
        raise NotFoundError
    return [found[passage_id] for passage_id in passage_ids]


def open_passages(passage_ids: Collection[UUID], reader: Reader) -> dict[UUID, Passage]:
    """Return those of the passages that the reader may open, by id."""
    with tenant_scope(reader.organization_id):
        return selectors.openable_passages(reader, passage_ids)


def open_pages(passage_ids: Collection[UUID], reader: Reader) -> dict[UUID, tuple[PageStart, ...]]:
    """Return on which pages those of the passages stand that the reader may open, by id."""
    return {id_: pages_of(passage) for id_, passage in open_passages(passage_ids, reader).items()}


def readable_by(document_ids: Collection[UUID], actor: Actor) -> frozenset[UUID]:
    """Return those of the documents that the actor may open (`DOCUMENT_ACCESS`)."""
    reader = reader_of(actor)
    with tenant_scope(reader.organization_id):
        return frozenset(selectors.openable_documents(reader, document_ids))


def private_among(document_ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """Return the names of those of the documents that are private files, or were: their owner's alone
    (`PRIVATE_DOCUMENTS`); a file of somebody else has no name.
    """
    with tenant_scope(actor.organization_id):
        return selectors.names_of_private_files(reader_of(actor), document_ids)


def may_open_all(document_ids: Collection[UUID], reader: Reader) -> bool:
    """Return whether the reader may open every one of the documents; of none, yes."""
    with tenant_scope(reader.organization_id):
        return selectors.openable_documents(reader, document_ids) >= set(document_ids)
