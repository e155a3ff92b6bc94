"""What the graph holds of an organisation, for comparing it with the database."""

from collections.abc import Collection
from uuid import UUID

from analytics.graph import get_graph


def inventory(organization_id: UUID) -> dict[UUID, str]:
    """Return the ids of all questions in the graph with the fingerprints of their texts.

    Raises GraphUnavailableError.
    """
    return get_graph().inventory(organization_id)


def remove(organization_id: UUID, ids: Collection[UUID]) -> None:
    """Take the questions out of the graph; raises GraphUnavailableError."""
    get_graph().remove(organization_id, ids)
