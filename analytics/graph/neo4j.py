"""The graph in Neo4j. Every node carries its organisation and every statement names it.

A node is found by its id and its organisation together: an id that belongs to another organisation breaks the
uniqueness of the id and is refused by the server.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID

from neo4j import AsyncManagedTransaction, Record

from analytics.graph.neo4j_connection import Address, Connection, Work
from analytics.graph.port import GraphQuestion, GraphUnavailableError

T = TypeVar("T")

AT_ONCE = 100
INVENTORY_SECONDS = 120
HEALTH_SECONDS = 1.5

_PUT: LiteralString = """
MERGE (organization:Organization {id: $organization_id})
  ON CREATE SET organization.organization_id = $organization_id
WITH organization
UNWIND $questions AS asked
MERGE (user:User {id: asked.user.id, organization_id: $organization_id})
SET user.email = asked.user.email, user.department = asked.user.department
MERGE (user)-[:MEMBER_OF]->(organization)
MERGE (question:Question {id: asked.id, organization_id: $organization_id})
SET question.text_hash = asked.text_hash,
    question.asked_at = asked.asked_at,
    question.answered = asked.answered OR coalesce(question.answered, false),
    question.topic = coalesce(asked.topics[0].name, question.topic, '')
MERGE (user)-[:ASKED]->(question)
FOREACH (cited IN asked.documents |
  MERGE (document:Document {id: cited.id, organization_id: $organization_id})
  SET document.title = cited.title
  MERGE (question)-[:CITED]->(document))
FOREACH (about IN asked.topics |
  MERGE (topic:Topic {id: about.id, organization_id: $organization_id})
  SET topic.name = about.name
  MERGE (question)-[:ABOUT]->(topic))
FOREACH (id IN asked.follows |
  MERGE (previous:Question {id: id, organization_id: $organization_id})
  MERGE (previous)-[:FOLLOWED_BY]->(question))
"""
# The nodes that may be left over are locked, by a write that changes nothing, before anybody asks whether
# they are: a question that comes meanwhile waits, or is seen.
_REMOVE: LiteralString = """
UNWIND $ids AS id
MATCH (question:Question {id: id, organization_id: $organization_id})
OPTIONAL MATCH (question)--(other:User|Topic|Document {organization_id: $organization_id})
WITH collect(DISTINCT question) AS questions, collect(DISTINCT other) AS others
FOREACH (question IN questions | DETACH DELETE question)
WITH others
UNWIND others AS other
SET other.organization_id = $organization_id
WITH other
WHERE NOT EXISTS { (other)--(:Question) }
DETACH DELETE other
"""
_CITING: LiteralString = """
UNWIND $document_ids AS id
MATCH (document:Document {id: id, organization_id: $organization_id})
MATCH (document)<-[:CITED]-(question:Question {organization_id: $organization_id, answered: true})
WITH question, count(document) AS shared
ORDER BY shared DESC, question.asked_at DESC, question.id
LIMIT $limit
RETURN question.id AS id
"""
_ASKERS: LiteralString = """
MATCH (question:Question {organization_id: $organization_id})
WHERE question.asked_at >= $since AND question.asked_at < $until
MATCH (user:User {organization_id: $organization_id})-[:ASKED]->(question)
MATCH (question)-[:ABOUT]->(topic:Topic {organization_id: $organization_id})
RETURN topic.id AS topic_id, collect(DISTINCT user.id) AS user_ids
"""
_READERS: LiteralString = """
MATCH (question:Question {organization_id: $organization_id, answered: true})
WHERE question.asked_at >= $since AND question.asked_at < $until
MATCH (user:User {organization_id: $organization_id})-[:ASKED]->(question)
MATCH (question)-[:ABOUT]->(topic:Topic {organization_id: $organization_id})
MATCH (question)-[:CITED]->(document:Document {organization_id: $organization_id})
RETURN topic.id AS topic_id, document.id AS document_id, collect(DISTINCT user.id) AS user_ids
"""
# A question without a fingerprint is known only as the one before another: its own turn is still to come.
_INVENTORY: LiteralString = """
MATCH (question:Question {organization_id: $organization_id})
WHERE question.text_hash IS NOT NULL
RETURN question.id AS id, question.text_hash AS text_hash
"""


class Neo4jGraph:
    """Safe to share between threads; opens its connection at first use."""

    name = "neo4j"

    def __init__(self, uri: str, *, user: str, password: str, database: str = "neo4j") -> None:
        self._connection = Connection(Address(uri, user, password, database))

    def put(self, organization_id: UUID, questions: Sequence[GraphQuestion]) -> None:
        rows = [_parameters(question) for question in questions]
        for batch in _batches(rows):
            self._connection.write(_work(_PUT, organization_id, _nothing, questions=batch))

    def remove(self, organization_id: UUID, question_ids: Collection[UUID]) -> None:
        for batch in _batches(sorted(map(str, question_ids))):
            self._connection.write(_work(_REMOVE, organization_id, _nothing, ids=batch))

    def questions_citing(
        self, organization_id: UUID, document_ids: Collection[UUID], *, limit: int
    ) -> list[UUID]:
        asked = {"document_ids": sorted(map(str, set(document_ids))), "limit": limit}
        found = self._connection.read(_work(_CITING, organization_id, _id, **asked))
        return [UUID(each) for each in found]

    def askers(self, organization_id: UUID, since: datetime, until: datetime) -> dict[UUID, set[UUID]]:
        return dict(self._within(_ASKERS, organization_id, since, until, _topic_and_people))

    def readers(
        self, organization_id: UUID, since: datetime, until: datetime
    ) -> dict[tuple[UUID, UUID], set[UUID]]:
        return dict(self._within(_READERS, organization_id, since, until, _topic_document_and_people))

    def _within(
        self,
        statement: LiteralString,
        organization_id: UUID,
        since: datetime,
        until: datetime,
        form: Callable[[Record], T],
    ) -> list[T]:
        return self._connection.read(_work(statement, organization_id, form, since=since, until=until))

    def inventory(self, organization_id: UUID) -> dict[UUID, str]:
        listed = _work(_INVENTORY, organization_id, _id_and_hash)
        found = self._connection.read(listed, seconds=INVENTORY_SECONDS)
        return {UUID(each): text_hash for each, text_hash in found}

    def is_healthy(self) -> bool:
        try:
            self._connection.read(_answer, seconds=HEALTH_SECONDS)
        except GraphUnavailableError:
            return False
        return True

    def close(self) -> None:
        """Give the connection back; the next call opens another."""
        self._connection.close()


def _work(
    statement: LiteralString, organization_id: UUID, form: Callable[[Record], T], **parameters: Any
) -> Work[list[T]]:
    """Return work that executes the statement within the organisation and forms what it returns."""

    async def execute(transaction: AsyncManagedTransaction) -> list[T]:
        result = await transaction.run(statement, {"organization_id": str(organization_id), **parameters})
        return [form(record) async for record in result]

    return execute


async def _answer(transaction: AsyncManagedTransaction) -> None:
    result = await transaction.run("RETURN 1")
    await result.consume()


def _nothing(_record: Record) -> None:
    return None


def _id(record: Record) -> str:
    found: str = record["id"]
    return found


def _topic_and_people(record: Record) -> tuple[UUID, set[UUID]]:
    return UUID(record["topic_id"]), {UUID(each) for each in record["user_ids"]}


def _topic_document_and_people(record: Record) -> tuple[tuple[UUID, UUID], set[UUID]]:
    topic_id, people = _topic_and_people(record)
    return (topic_id, UUID(record["document_id"])), people


def _id_and_hash(record: Record) -> tuple[str, str]:
    return record["id"], record["text_hash"]


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _parameters(asked: GraphQuestion) -> dict[str, Any]:
    """Return a question as the statement reads it; nodes in a fixed order, so that fewer writers meet
    crosswise.
    """
    documents = [{"id": str(document.id), "title": document.title} for document in asked.documents]
    return {
        "id": str(asked.id),
        "text_hash": asked.text_hash,
        "asked_at": asked.asked_at,
        "answered": asked.answered,
        "user": {
            "id": str(asked.user.id),
            "email": asked.user.email,
            "department": asked.user.department,
        },
        "documents": sorted(documents, key=lambda document: document["id"]),
        "topics": [] if asked.topic is None else [{"id": str(asked.topic.id), "name": asked.topic.name}],
        "follows": [] if asked.follows is None else [str(asked.follows)],
    }
