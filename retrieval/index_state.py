"""The version of an organisation's index: it grows with everything that a search could see."""

from django.db.models import F

from accounts.tenancy import current_organization_id
from retrieval.models import IndexState


def bump() -> int:
    """Return the new version of the scope's index; call in the transaction of the change itself."""
    state, _created = IndexState.objects.get_or_create(organization_id=current_organization_id())
    IndexState.objects.filter(id=state.id).update(version=F("version") + 1)
    return int(IndexState.objects.values_list("version", flat=True).get(id=state.id))


def record_embedder(name: str, dimensions: int) -> None:
    """Note whose vectors the index holds from now on."""
    IndexState.objects.update(embedder=name, dimensions=dimensions)
