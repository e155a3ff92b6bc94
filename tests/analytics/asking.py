"""Questions that cite documents, for the tests of the graph and of what is read in it."""

from typing import Any
from uuid import UUID, uuid4

from accounts.types import Actor
from conversations import services
from conversations.types import CitationData, Closing, MessageStatus, Turn

QUESTION = "כמה ימי חופשה מגיעים לי?"
QUOTE = "21 ימים"
GRAPH_ROUTES = {
    "turn.closed": ["analytics.graph.projection.project_turn"],
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


def _citation(number: int, document_id: UUID) -> CitationData:
    return CitationData(number, uuid4(), document_id, f"מסמך {number}", QUOTE, 0, len(QUOTE))
