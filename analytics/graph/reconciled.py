"""The graph as `manage.py reconcile` sees it: questions by id, with the fingerprints of their texts."""

from functools import partial
from uuid import UUID

from analytics.graph.inventory import inventory, remove
from conversations.asked import question_hashes
from conversations.reconciling import ReconciledStore, resend_questions

TURN_ROUTE = "analytics.graph.projection.project_turn"
CONVERSATION_ROUTE = "analytics.graph.projection.project_conversation"


def expected(organization_id: UUID) -> dict[UUID, str]:
    """Return the questions that the graph should hold of an organisation."""
    return question_hashes(organization_id=organization_id)


STORE = ReconciledStore(
    name="graph",
    routes=(TURN_ROUTE, CONVERSATION_ROUTE),
    expected=expected,
    inventory=inventory,
    remove=remove,
    resend=partial(resend_questions, TURN_ROUTE),
)
