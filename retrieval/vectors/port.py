"""What the search asks of the store that finds passages.

The store finds candidates. What is shown is decided by the database: every hit is joined to it again, so an
adapter may lag behind, and a stale or foreign hit is dropped.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from config.kernel.errors import ServiceUnavailableError
from retrieval.embeddings.port import Vectors
from retrieval.ranking import Hit


class StoreUnavailableError(ServiceUnavailableError):
    code = "search_unavailable"


@dataclass(frozen=True, slots=True)
class StoreQuery:
    """`tokens` come from `search_tokens`, `vector` from the embedder of that name, None where nothing embeds.

    `audience` holds the reader's tokens, None for a reader of everything. Documents are asked, or with a
    `conversation_id` the private files of that conversation, never both. Each leg returns up to `limit` hits.
    """

    organization_id: UUID
    tokens: Sequence[str]
    vector: Vectors | None
    embedder: str
    audience: frozenset[str] | None
    category: str | None = None
    limit: int = 100
    conversation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """How near the question is to just any visible passage: mean and deviation of the cosines to all of them.

    A store that cannot look at all of them takes a fair sample.
    """

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Legs:
    """The best hits by words and by meaning, best first.

    `dense` is None for a query without a vector, `background` where there is nothing to compare with.
    """

    lexical: tuple[Hit, ...]
    dense: tuple[Hit, ...] | None
    background: Background | None = None


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """What a store may keep of a passage. It is found by `search_text`, `vector` and the labels; `title` and
    `content` are for whoever looks into the store: readers are shown what the database says. One with a
    `conversation_id` is of a private file.
    """

    id: UUID
    document_id: UUID
    title: str
    content: str
    search_text: str
    vector: Vectors | None
    embedder: str
    audience: frozenset[str]
    category: str
    conversation_id: UUID | None = None


class VectorStore(Protocol):
    """Every method is confined to one organisation and raises StoreUnavailableError alone.

    `put` is called before a document's new passages are visible in the database and `remove` after the old
    ones have gone, so a reader finds the old ones or the new ones and never half of each.
    """

    @property
    def name(self) -> str: ...

    def search(self, query: StoreQuery) -> Legs:
        """Return both legs, each restricted to the organisation, the audience and the category."""

    def put(self, organization_id: UUID, passages: Sequence[StoredPassage]) -> None:
        """Add the passages, or replace those of the same ids."""

    def remove(self, organization_id: UUID, passage_ids: Collection[UUID]) -> None:
        """Forget the passages; unknown ids are no error."""

    def remove_organization(self, organization_id: UUID) -> None:
        """Forget everything of the organisation, for good: its id is not used again."""

    def stored_ids(self, organization_id: UUID) -> set[UUID]:
        """Return the ids of all passages that the store holds of the organisation."""

    def is_healthy(self) -> bool:
        """Tell whether a search would be answered now."""
