"""The door to a gap: managers of its organisation."""

from uuid import UUID

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import KnowledgeGap
from config.kernel.errors import NotFoundError, PermissionDeniedError


def get_gap(*, gap_id: UUID, actor: Actor) -> KnowledgeGap:
    """Return a gap of the actor's organisation.

    Raises PermissionDeniedError for anybody but a manager, NotFoundError.
    """
    if not actor.is_manager:
        raise PermissionDeniedError
    with tenant_scope(actor.organization_id):
        gap: KnowledgeGap | None = KnowledgeGap.objects.filter(pk=gap_id).first()
    if gap is None:
        raise NotFoundError
    return gap
