"""From a private file to a document of the organisation."""

from uuid import UUID

from django.db import transaction

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import ConflictError
from retrieval import files, services, trail
from retrieval.errors import DocumentBrokenError
from retrieval.models import Document


def publish_file(
    *, actor: Actor, conversation_id: UUID, file_id: UUID, readers: services.NamedReaders
) -> Document:
    """Make a document for these readers of a manager's own private file, and write down that it was done.

    The two part ways: the file goes with its conversation, the document stays. Raises NotFoundError for what
    is not the actor's in that conversation, PermissionDeniedError where the actor is no manager,
    ConflictError before the file can be asked about, and what `services.create_document` raises.
    """
    require_manager(actor)
    file = files.get_file(actor=actor, conversation_id=conversation_id, file_id=file_id)
    if file.status != Document.Status.INDEXED:
        raise ConflictError
    draft, named = services.draft_document(
        actor=actor, content=_upload(file), title=file.title, category=file.category, readers=readers
    )
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = services.insert_draft(draft, named)
        trail.record("document.published", document, by=actor)
    return document


def _upload(file: Document) -> services.Upload:
    try:
        with file.original.storage.open(str(file.original.name)) as stored:
            return services.Upload(file.original_name, stored.read(), file.mime)
    except FileNotFoundError:
        raise DocumentBrokenError from None
