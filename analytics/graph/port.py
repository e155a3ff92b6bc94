"""What the product asks of the graph of questions, people, topics and documents.

The graph finds candidates. What is shown is decided by the database, where every candidate is looked up
again: an adapter may lag behind, and what is stale or foreign is dropped there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from config.kernel.errors import ServiceUnavailableError


class GraphUnavailableError(ServiceUnavailableError):
    """The graph cannot be reached or does not answer in time; what waits for it is tried again later."""

    code = "graph_unavailable"


@dataclass(frozen=True, slots=True)
class GraphUser:
    """`department` is the name of the person's department, empty where there is none."""

    id: UUID
    email: str
    department: str


@dataclass(frozen=True, slots=True)
class GraphDocument:
    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class GraphTopic:
    """What a question is about, as it was called when the graph was told."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class GraphQuestion:
    """A question as the graph knows it: a fingerprint in place of its words.

    `documents` are those that its complete answers cite, `topic` is what it is about, once that is known,
    `follows` is the question before it in the conversation.
    """

    id: UUID
    text_hash: str
    asked_at: datetime
    answered: bool
    user: GraphUser
    documents: tuple[GraphDocument, ...] = ()
    topic: GraphTopic | None = None
    follows: UUID | None = None


class Graph(Protocol):
    """Every method is confined to one organisation, may be called again with the same arguments without
    changing anything more, and raises GraphUnavailableError alone.
    """

    @property
    def name(self) -> str: ...

    def put(self, organization_id: UUID, questions: Sequence[GraphQuestion]) -> None:
        """Add the questions with whom and what they belong to, or add to what is there: a citation that was
        seen once stays.
        """

    def remove(self, organization_id: UUID, question_ids: Collection[UUID]) -> None:
        """Forget the questions, and the people, topics and documents that no other question leads to."""

    def questions_citing(
        self, organization_id: UUID, document_ids: Collection[UUID], *, limit: int
    ) -> list[UUID]:
        """Return answered questions that cite any of the documents: those that cite most of them first, then
        the latest.
        """

    def askers(self, organization_id: UUID, since: datetime, until: datetime) -> dict[UUID, set[UUID]]:
        """Return, by topic, who asked about it from `since` on and before `until`."""

    def readers(
        self, organization_id: UUID, since: datetime, until: datetime
    ) -> dict[tuple[UUID, UUID], set[UUID]]:
        """Return, by topic and document, whose questions about the topic the document answered in that time.

        A question about a private file leads to no document.
        """

    def inventory(self, organization_id: UUID) -> dict[UUID, str]:
        """Return the ids of all questions with the fingerprints of their texts."""

    def is_healthy(self) -> bool:
        """Tell whether a question to the graph would be answered now."""
