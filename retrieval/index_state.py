"""The version of an organisation's index: it grows with everything that a search could see."""

from uuid import UUID

from django.db.models import F

from accounts.tenancy import current_organization_id
from retrieval.models import Document, IndexState


def bump(document_id: UUID) -> int:
    """Stamp the document with the new version of the scope's index, and return it.

    Call in the transaction of the change itself, with the document's row held: whoever has seen a version has
    seen every document with that stamp or a lower one as it was then.
    """
    state, _created = IndexState.objects.get_or_create(organization_id=current_organization_id())
    IndexState.objects.filter(id=state.id).update(version=F("version") + 1)
    version = int(IndexState.objects.values_list("version", flat=True).get(id=state.id))
    Document.objects.filter(id=document_id).update(index_stamp=version)
    return version


def hold() -> None:
    """Let nobody else who calls this for the scope's organisation go on before the transaction ends."""
    IndexState.objects.get_or_create(organization_id=current_organization_id())
    IndexState.objects.select_for_update().get()


def record_embedder(name: str, dimensions: int) -> None:
    """Note whose vectors the index holds from now on."""
    IndexState.objects.update(embedder=name, dimensions=dimensions)
