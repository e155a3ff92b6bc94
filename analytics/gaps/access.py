"""The door to a gap: managers of its organisation."""

from uuid import UUID

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import KnowledgeGap
from config.kernel.errors import NotFoundError


def get_gap(*, gap_id: UUID, actor: Actor) -> KnowledgeGap:
    """Return a gap of the actor's organisation.

    Raises PermissionDeniedError for anybody but a manager, NotFoundError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id):
        gap: KnowledgeGap | None = KnowledgeGap.objects.filter(pk=gap_id).first()
    if gap is None:
        raise NotFoundError
    return gap
