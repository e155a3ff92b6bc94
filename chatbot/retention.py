"""What goes with a conversation whose time is over: its files, the logs of its answers, then itself."""

from uuid import UUID

from accounts.selectors import organizations
from chatbot.streams.forgetting import forget_logs
from conversations import retention
from retrieval import files


def keep_retention() -> None:
    """Expire what is older than its organisation keeps, and purge what every sink has forgotten."""
    for organization in organizations():
        while retention.expire_old(organization.pk) == retention.AT_ONCE:
            pass
        while purge(organization.pk) == retention.AT_ONCE:
            pass


def purge(organization_id: UUID, *, person_id: UUID | None = None) -> int:
    """Purge some expired conversations with their files; return how many."""
    ids = retention.purgeable(organization_id, person_id=person_id)
    files.erase_of(organization_id, ids)
    forget_logs(retention.latest_answers(organization_id, ids))
    return retention.purge(organization_id, ids)
