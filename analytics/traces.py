"""What is left of somebody, by looking through every store."""

from collections.abc import Mapping
from uuid import UUID

from analytics.graph.inventory import inventory as graph_inventory
from config.kernel.traces import traces_in_database
from conversations.archive_inventory import inventory as archive_inventory
from conversations.selectors import known_ids
from retrieval.shelving import strays

# By an id that names nobody any more: the trail cannot be changed, and the erasure is about it.
KEPT = ("accounts.AuditEntry", "analytics.Erasure")


def traces_left(organization_id: UUID, person_id: UUID) -> Mapping[str, int]:
    """Return, by store, how many rows have the person's id, and how many things the other stores hold that
    the database does not know any more. What others wrote is theirs, whomever they wrote about. Raises the
    errors of stores that are away.
    """
    archived = archive_inventory(organization_id)
    drawn = graph_inventory(organization_id)
    return {
        "database": sum(traces_in_database([str(person_id)], but=KEPT).values()),
        "archive": len(archived.keys() - known_ids(organization_id, archived)),
        "graph": len(drawn.keys() - known_ids(organization_id, drawn)),
        "passages": strays(organization_id),
    }
