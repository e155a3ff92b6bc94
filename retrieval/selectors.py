"""Reading documents and passages, always as somebody: the rules of who sees what are here."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from retrieval.models import ApprovedAnswer, Document, IndexState, Passage
from retrieval.types import Reader

NEIGHBOUR_LENGTH = 600


def documents(reader: Reader) -> QuerySet[Document]:
    """Return the documents that the reader may open; call inside the organisation's scope.

    Managers see every document in any state; others see what is for everyone, their department or them, once
    it is indexed. The private files of conversations are nobody's documents.
    """
    found: QuerySet[Document] = Document.objects.filter(deleted_at__isnull=True, conversation_id=None)
    if reader.sees_nothing:
        return found.none()
    if reader.sees_all:
        return found
    return found.filter(_is_read_by(reader, "id"), indexed_version__isnull=False)


def passages(reader: Reader) -> QuerySet[Passage]:
    """Return the passages of documents that the reader may open, each with its document; call inside the
    scope.
    """
    return _passages(reader, _of_documents(reader))


def passages_by_id(
    reader: Reader, passage_ids: Collection[UUID], conversation_id: UUID | None = None
) -> dict[UUID, Passage]:
    """Return those of the passages by id that the reader may find: in documents, and in the reader's files of
    the conversation.
    """
    findable = _of_documents(reader)
    if conversation_id is not None:
        findable |= _is_own_file(reader, "document__") & Q(document__conversation_id=conversation_id)
    return {passage.id: passage for passage in _passages(reader, findable).filter(id__in=passage_ids)}


def openable_passages(reader: Reader, passage_ids: Collection[UUID]) -> dict[UUID, Passage]:
    """Return those of the passages by id that the reader may open: in documents and in files of the reader's
    conversations.
    """
    openable = _of_documents(reader) | _is_own_file(reader, "document__")
    return {passage.id: passage for passage in _passages(reader, openable).filter(id__in=passage_ids)}


def openable_documents(reader: Reader, document_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids whose document or approved answer the reader may open, or whose file is the
    reader's own. Nobody opens an approved answer that was set back to a draft.
    """
    own = Document.objects.filter(_is_own_file(reader), deleted_at__isnull=True)
    files = own.none() if reader.sees_nothing else own
    found: set[UUID] = set()
    in_force = approved_answers(reader).filter(state=ApprovedAnswer.State.APPROVED)
    for rows in (documents(reader) | files, in_force):
        if missing := {*document_ids} - found:
            found |= {*rows.filter(id__in=missing).values_list("id", flat=True)}
    return found


def approved_answers(reader: Reader) -> QuerySet[ApprovedAnswer]:
    """Return the approved answers that are meant for the reader, whatever their state and dates; call inside
    the scope.
    """
    found: QuerySet[ApprovedAnswer] = ApprovedAnswer.objects.all()
    if reader.sees_nothing:
        return found.none()
    if reader.sees_all:
        return found
    audience = Q(restricted=False)
    if reader.department_id is not None:
        own = ApprovedAnswer.departments.through.objects.filter(
            approvedanswer_id=OuterRef("id"), department_id=reader.department_id
        )
        audience |= Q(Exists(own))
    return found.filter(audience)


def has_indexed_files(reader: Reader, conversation_id: UUID) -> bool:
    """Tell whether the reader has a file in the conversation that can be searched; call inside the scope."""
    return indexed_files(reader, conversation_id).exists()


def indexed_files(reader: Reader, conversation_id: UUID) -> QuerySet[Document]:
    """Return the reader's files in the conversation that can be searched, in the order they came; call inside
    the scope.
    """
    found: QuerySet[Document] = Document.objects.filter(
        _is_own_file(reader),
        conversation_id=conversation_id,
        deleted_at__isnull=True,
        indexed_version__isnull=False,
    )
    return found.none() if reader.sees_nothing else found.defer("content").order_by("created_at", "id")


def passages_of_file(reader: Reader, file: Document) -> QuerySet[Passage]:
    """Return the passages of a private file of the reader's in their order; call inside the scope."""
    own = _passages(reader, _is_own_file(reader, "document__"))
    return own.filter(document_id=file.id).order_by("ordinal")


def private_files(document_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the scope's ids that are private files, or were."""
    found = Document.objects.filter(id__in=document_ids, conversation_id__isnull=False)
    return set(found.values_list("id", flat=True))


def categories(document_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """Return the categories of those of the scope's ids that are documents; None of a private file."""
    found = Document.objects.filter(id__in=document_ids)
    rows = found.values_list("id", "category", "conversation_id")
    return {row_id: category if private is None else None for row_id, category, private in rows}


def all_private_files() -> QuerySet[Document, UUID]:
    """Return the ids of all private files, present and past, for use inside another query."""
    return Document._base_manager.filter(conversation_id__isnull=False).values_list("id", flat=True)


def conversations_of_files() -> QuerySet[Document, UUID | None]:
    """Return the ids of all conversations with private files, present and past, for use inside another
    query.
    """
    files = Document._base_manager.filter(conversation_id__isnull=False)
    return files.values_list("conversation_id", flat=True)


def titles_of(document_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what the scope's documents are called that are no private files, by id: for managers."""
    found = Document.objects.filter(id__in=document_ids, conversation_id=None, deleted_at=None)
    return dict(found.values_list("id", "title"))


def names_of_private_files(reader: Reader, document_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return those of the scope's ids that are private files, or were, with the names that the reader's own
    came by.
    """
    found = Document.objects.filter(id__in=document_ids, conversation_id__isnull=False)
    rows = found.values_list("id", "uploaded_by_id", "original_name")
    return {row_id: name if owner_id == reader.user_id else "" for row_id, owner_id, name in rows}


def conversations_with_files(conversation_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the scope's conversations that private files belong to, or belonged to."""
    found = Document.objects.filter(conversation_id__in=conversation_ids)
    return {each for each in found.values_list("conversation_id", flat=True) if each is not None}


def _passages(reader: Reader, condition: Q) -> QuerySet[Passage]:
    found: QuerySet[Passage] = Passage.objects.filter(
        condition, document__deleted_at__isnull=True, document__indexed_version__isnull=False
    )
    if reader.sees_nothing:
        return found.none()
    return found.select_related("document").defer("document__content")


def _of_documents(reader: Reader) -> Q:
    condition = Q(document__conversation_id=None)
    return condition if reader.sees_all else condition & _is_read_by(reader, "document_id")


def _is_own_file(reader: Reader, prefix: str = "") -> Q:
    """Return the condition for a private file of the reader's that is not hidden; `prefix` leads to it."""
    own = {"conversation_id__isnull": False, "uploaded_by_id": reader.user_id, "set_aside_at__isnull": True}
    return Q(**{prefix + name: value for name, value in own.items()})


def _is_read_by(reader: Reader, document: str) -> Q:
    """Return the condition for the document that the field names: for everyone, the reader's department or
    the reader. Looked up for each row: a few rows are asked about, an organisation's documents are many.
    """
    departments, people = Document.departments.through.objects, Document.people.through.objects
    of_row = {"document_id": OuterRef(document)}
    prefix = document.removesuffix("id").replace("_", "__")
    audience = Q(**{f"{prefix}restricted": False})
    audience |= Q(Exists(people.filter(user_id=reader.user_id, **of_row)))
    if reader.department_id is not None:
        audience |= Q(Exists(departments.filter(department_id=reader.department_id, **of_row)))
    return audience


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The text around a passage in its document; empty at the ends."""

    previous: str
    next: str


def neighbours(passage: Passage) -> Neighbours:
    """Return the ends of the passages before and after, for context."""
    around = Passage.objects.filter(document_id=passage.document_id)
    texts = dict(
        around.filter(ordinal__in=(passage.ordinal - 1, passage.ordinal + 1)).values_list("ordinal", "text")
    )
    before, after = texts.get(passage.ordinal - 1, ""), texts.get(passage.ordinal + 1, "")
    return Neighbours(before[-NEIGHBOUR_LENGTH:], after[:NEIGHBOUR_LENGTH])


def is_anything_indexed(conversation_id: UUID | None = None) -> bool:
    """Tell whether the scope's documents, or a conversation's files, have a passage that a search should
    find.
    """
    return Passage.objects.filter(
        document__deleted_at__isnull=True,
        document__indexed_version__isnull=False,
        document__conversation_id=conversation_id,
    ).exists()


def external_ids() -> dict[UUID, str]:
    """Return the external id of each document of the scope's organisation."""
    return dict(Document.objects.filter(conversation_id=None).values_list("id", "external_id"))


def index_version() -> int:
    """Return the version of the scope's index; 0 before anything was indexed."""
    version: int | None = IndexState.objects.values_list("version", flat=True).first()
    return version or 0


def sample_of_search_texts(size: int) -> list[str]:
    """Return the search texts of up to `size` of the passages of the scope's documents, always the same fair
    choice; what is in private files tells nobody else anything.
    """
    found = Passage.objects.filter(
        document__deleted_at__isnull=True,
        document__indexed_version__isnull=False,
        document__conversation_id=None,
    )
    return list(found.order_by("id").values_list("search_text", flat=True)[:size])
