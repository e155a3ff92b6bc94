"""Reading documents and passages, always as somebody: the rules of who sees what are here."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from retrieval.models import Document, IndexState, Passage
from retrieval.types import Reader

NEIGHBOUR_LENGTH = 600


def documents(reader: Reader) -> QuerySet[Document]:
    """Return the documents that the reader may open; call inside the organisation's scope.

    Managers see every document in any state; others see what is for everyone, their department or them, once
    it is indexed.
    """
    found: QuerySet[Document] = Document.objects.filter(deleted_at__isnull=True)
    if reader.sees_nothing:
        return found.none()
    if reader.sees_all:
        return found
    return found.filter(_is_read_by(reader, "id"), indexed_version__isnull=False)


def passages(reader: Reader) -> QuerySet[Passage]:
    """Return the passages that the reader may open, each with its document; call inside the scope."""
    found: QuerySet[Passage] = Passage.objects.filter(
        document__deleted_at__isnull=True, document__indexed_version__isnull=False
    )
    if reader.sees_nothing:
        return found.none()
    if not reader.sees_all:
        found = found.filter(_is_read_by(reader, "document_id"))
    return found.select_related("document").defer("document__content")


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


def passages_by_id(reader: Reader, passage_ids: Collection[UUID]) -> dict[UUID, Passage]:
    """Return those of the passages that the reader may open, by id."""
    return {passage.id: passage for passage in passages(reader).filter(id__in=passage_ids)}


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


def is_anything_indexed() -> bool:
    """Tell whether the scope's organisation has a passage that a search should find."""
    return Passage.objects.filter(
        document__deleted_at__isnull=True, document__indexed_version__isnull=False
    ).exists()


def external_ids() -> dict[UUID, str]:
    """Return the external id of each document of the scope's organisation."""
    return dict(Document.objects.values_list("id", "external_id"))


def index_version() -> int:
    """Return the version of the scope's index; 0 before anything was indexed."""
    version: int | None = IndexState.objects.values_list("version", flat=True).first()
    return version or 0


def sample_of_search_texts(size: int) -> list[str]:
    """Return the search texts of up to `size` of the scope's passages, always the same fair choice."""
    found = Passage.objects.filter(document__deleted_at__isnull=True, document__indexed_version__isnull=False)
    return list(found.order_by("id").values_list("search_text", flat=True)[:size])
