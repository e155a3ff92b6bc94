"""What managers decide about a gap: who is responsible for it, and what becomes of it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from accounts.access import get_member
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.gaps.access import get_gap
from analytics.models import KnowledgeGap
from config.kernel import outbox

GAP_ASSIGNED = "gap.assigned"


@dataclass(frozen=True, slots=True)
class Decision:
    """`state` is a value of `KnowledgeGap.State`; nobody is responsible without an `owner_id`."""

    state: str
    owner_id: UUID | None


def decide(*, actor: Actor, gap_id: UUID, decision: Decision) -> KnowledgeGap:
    """Keep a manager's decision; whom somebody else makes responsible is told.

    Raises PermissionDeniedError for anybody but a manager, and NotFoundError, also where the responsible
    person is of another organisation.
    """
    gap = get_gap(gap_id=gap_id, actor=actor)
    if decision.owner_id is not None:
        get_member(member_id=decision.owner_id, actor=actor)
    is_closed = decision.state == KnowledgeGap.State.CLOSED
    is_news = decision.owner_id not in {None, gap.owner_id, actor.user_id}
    with tenant_scope(actor.organization_id), transaction.atomic():
        gap.closed_at = (gap.closed_at or now()) if is_closed else None
        gap.state, gap.owner_id = decision.state, decision.owner_id
        gap.save(update_fields=["state", "owner", "closed_at"])
        audit.record("knowledge_gap.decided", actor_id=actor.user_id, target=gap.pk)
        if is_news:
            payload = {"gap_id": str(gap.pk), "user_id": str(decision.owner_id)}
            outbox.emit(GAP_ASSIGNED, organization_id=actor.organization_id, payload={**payload})
    return gap
