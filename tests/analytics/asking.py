"""Questions that cite documents, for the tests of the graph and of what is read in it."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Topic, TopicQuestion
from config.kernel import outbox
from conversations import services
from conversations.asked import wordings
from conversations.types import CitationData, Closing, MessageStatus, Turn

QUESTION = "כמה ימי חופשה מגיעים לי?"
QUOTE = "21 ימים"
GRAPH_ROUTES = {
    "turn.closed": ["analytics.graph.projection.project_turn"],
    "questions.placed": ["analytics.graph.projection.project_questions"],
    "conversation.deleted": ["analytics.graph.projection.project_conversation"],
    "conversation.restored": ["analytics.graph.projection.project_conversation"],
}


def ask(actor: Actor, text: str = QUESTION, **fields: Any) -> Turn:
    return services.open_turn(actor=actor, text=text, lease_owner="tests", **fields)


def close(turn: Turn, *document_ids: UUID, status: MessageStatus = MessageStatus.COMPLETE) -> Turn:
    """End the answer, citing the documents in this order."""
    citations = [_citation(number, each) for number, each in enumerate(document_ids, start=1)]
    services.close_turn(turn=turn, closing=Closing(status=status, text=QUOTE, citations=citations))
    return turn


def answered(actor: Actor, *document_ids: UUID, text: str = QUESTION, **fields: Any) -> Turn:
    """Ask and get an answer that cites the documents."""
    return close(ask(actor, text, **fields), *document_ids)


def about(label: str, *turns: Turn) -> UUID:
    """Let the questions belong to the topic of that name, as forming topics does; return the topic."""
    organization_id = turns[0].organization_id
    with tenant_scope(organization_id), transaction.atomic():
        topic, _new = Topic.objects.get_or_create(label=label, defaults={"embedder": "tests"})
        asked = wordings(organization_id=organization_id, question_ids=[turn.question_id for turn in turns])
        TopicQuestion.objects.bulk_create(
            TopicQuestion(
                question_id=pk, conversation_id=each.conversation_id, asker_id=each.user_id,
                asked_at=each.created_at, topic=topic, embedder="tests",
            )
            for pk, each in asked.items()
        )  # fmt: skip
        payload: Any = {"question_ids": [*map(str, asked)]}
        outbox.emit("questions.placed", organization_id=organization_id, payload=payload)
    found: UUID = topic.pk
    return found


def _citation(number: int, document_id: UUID) -> CitationData:
    return CitationData(number, uuid4(), document_id, f"מסמך {number}", QUOTE, 0, len(QUOTE))
