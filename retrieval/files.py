"""The private files of conversations: documents that are their owner's alone, and of one conversation alone.

Nobody else has a door to them, managers neither. Whoever calls has made sure that the conversation is the
actor's; what is not the actor's in it is not found.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import PurePath
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from accounts.tenancy import tenant_scope
from accounts.types import Actor, Role
from config.kernel.errors import ConflictError, NotFoundError, PermissionDeniedError
from config.kernel.text import EmptyTextError, clean_text
from retrieval import index_state
from retrieval.errors import FileSpaceUsedUpError, TooManyFilesError
from retrieval.extract import kind_of
from retrieval.held import EDITABLE, announce, erase, request_indexing
from retrieval.models import CATEGORY_LENGTH, TITLE_LENGTH, Document
from retrieval.originals import stem_of
from retrieval.revisions import content_hash
from retrieval.services import Upload, read_content
from retrieval.signals import tell_of_file

NAME_LENGTH = 255
_NAMELESS = "file"
_MEGABYTE = 1_000_000
_AT_REST = {
    Document.Status.FAILED,
    Document.Status.REJECTED,
    Document.Status.NEEDS_ATTENTION,
}


def add_file(*, actor: Actor, conversation_id: UUID, upload: Upload) -> Document:
    """Keep a file for the actor's conversation and have it read and indexed.

    Raises PermissionDeniedError for an operator, TooManyFilesError, FileSpaceUsedUpError, the refusals of
    `retrieval.errors` for what can be told at once; the rest is told by the status, later.
    """
    if not may_add_files(actor):
        raise PermissionDeniedError
    upload = Upload(clean_name(upload.filename), upload.data, upload.mime)
    with tenant_scope(actor.organization_id):
        _ensure_room(conversation_id, len(upload.data))
        document = _document(actor, conversation_id, upload)
        document.original.save(_path(document), ContentFile(upload.data), save=False)
        try:
            with transaction.atomic():
                index_state.hold()  # two files at once would both find the last place free
                _ensure_room(conversation_id, len(upload.data))
                document.save(force_insert=True)
                announce(document)
                tell_of_file(document.id)
        except BaseException:
            document.original.delete(save=False)
            raise
    return document


def may_add_files(actor: Actor) -> bool:
    """Return whether the actor may have private files: operators read no content, their own neither."""
    return actor.role != Role.OPERATOR


def files_of(*, actor: Actor, conversation_id: UUID) -> list[Document]:
    """Return the actor's files of the conversation, in the order they came."""
    with tenant_scope(actor.organization_id):
        return list(_own(actor, conversation_id).defer("content").order_by("created_at", "id"))


def get_file(*, actor: Actor, conversation_id: UUID, file_id: UUID) -> Document:
    """Return one of the actor's files of the conversation; raise NotFoundError."""
    with tenant_scope(actor.organization_id):
        return _found(_own(actor, conversation_id), file_id)


def remove_file(*, actor: Actor, conversation_id: UUID, file_id: UUID) -> None:
    """Delete a file for good: its name, text, passages and bytes. Raises NotFoundError."""
    with tenant_scope(actor.organization_id), transaction.atomic():
        _forget(_found(_own(actor, conversation_id).select_for_update(), file_id))


def read_again(*, actor: Actor, conversation_id: UUID, file_id: UUID) -> Document:
    """Have a file read again that could not be read; raises NotFoundError, ConflictError for any other."""
    return _restarted(actor, conversation_id, file_id, from_original=True)


def use_as_it_is(*, actor: Actor, conversation_id: UUID, file_id: UUID) -> Document:
    """Index the doubtful text of a file; its owner has looked at it.

    Raises NotFoundError, and ConflictError where nothing waits to be accepted.
    """
    return _restarted(actor, conversation_id, file_id, from_original=False)


def set_aside(organization_id: UUID, conversation_id: UUID) -> None:
    """Hide the files of a conversation that was deleted; they can be brought back for a while."""
    with tenant_scope(organization_id):
        _kept().filter(conversation_id=conversation_id, set_aside_at=None).update(set_aside_at=timezone.now())


def bring_back(organization_id: UUID, conversation_id: UUID) -> None:
    """Show the files of a conversation again whose deletion was taken back, as far as they are still kept."""
    with tenant_scope(organization_id):
        _kept().filter(conversation_id=conversation_id).update(set_aside_at=None)


def latest_files(organization_id: UUID) -> dict[UUID, datetime]:
    """Return the conversations with files that are not hidden, and when the latest of these came."""
    with tenant_scope(organization_id):
        shown = _kept().filter(set_aside_at__isnull=True).order_by()
        found = shown.values_list("conversation_id").annotate(latest=Max("created_at"))
        return dict(found)


def long_set_aside(organization_id: UUID) -> list[UUID]:
    """Return the conversations with files that were hidden for CONVERSATION_FILES_GRACE_HOURS."""
    with tenant_scope(organization_id):
        found = _long_hidden().order_by().values_list("conversation_id", flat=True).distinct()
        return [each for each in found if each is not None]


def erase_set_aside(organization_id: UUID, *, but: Collection[UUID] = ()) -> int:
    """Delete for good what was hidden for CONVERSATION_FILES_GRACE_HOURS, `but` in these conversations;
    return how many files.
    """
    with tenant_scope(organization_id):
        return _erase(_long_hidden().exclude(conversation_id__in=but))


def erase_of(organization_id: UUID, conversation_ids: Collection[UUID]) -> int:
    """Delete the hidden files of these conversations for good, at once; return how many."""
    with tenant_scope(organization_id):
        hidden = _kept().filter(conversation_id__in=conversation_ids, set_aside_at__isnull=False)
        return _erase(hidden)


def _long_hidden() -> QuerySet[Document]:
    until = timezone.now() - timedelta(hours=settings.CONVERSATION_FILES_GRACE_HOURS)
    return _kept().filter(set_aside_at__lte=until)


def _erase(hidden: QuerySet[Document]) -> int:
    ids = list(hidden.values_list("id", flat=True))
    for file_id in ids:
        with transaction.atomic():
            file = hidden.select_for_update().filter(id=file_id).first()
            if file is not None:
                _forget(file)
    return len(ids)


def clean_name(filename: str) -> str:
    """Return a file's name on one line, without folders and what reorders or shows nothing, its end kept."""
    name = PurePath(filename.replace("\\", "/")).name
    try:
        name = " ".join(clean_text(name, max_length=len(name) + 1, field="file").split())
    except EmptyTextError:
        name = _NAMELESS
    if len(name) <= NAME_LENGTH:
        return name
    suffix = PurePath(name).suffix[:16]
    return name[: NAME_LENGTH - len(suffix)] + suffix


def _kept() -> QuerySet[Document]:
    found: QuerySet[Document] = Document.objects.filter(
        conversation_id__isnull=False, deleted_at__isnull=True
    )
    return found


def _own(actor: Actor, conversation_id: UUID) -> QuerySet[Document]:
    return _kept().filter(
        conversation_id=conversation_id, uploaded_by_id=actor.user_id, set_aside_at__isnull=True
    )


def _found(files: QuerySet[Document], file_id: UUID) -> Document:
    file = files.filter(id=file_id).first()
    if file is None:
        raise NotFoundError
    return file


def _ensure_room(conversation_id: UUID, size: int) -> None:
    if _kept().filter(conversation_id=conversation_id).count() >= settings.CONVERSATION_FILES_MAX:
        raise TooManyFilesError(details={"max_files": settings.CONVERSATION_FILES_MAX})
    used = _kept().aggregate(used=Sum("size"))["used"] or 0
    if used + size > settings.CONVERSATION_FILES_SPACE_MB * _MEGABYTE:
        raise FileSpaceUsedUpError


def _document(actor: Actor, conversation_id: UUID, upload: Upload) -> Document:
    found = read_content(upload)
    title = (found.title if found else "") or stem_of(upload.filename)
    document = Document(
        id=uuid4(),
        organization_id=actor.organization_id,
        conversation_id=conversation_id,
        uploaded_by_id=actor.user_id,
        restricted=True,
        title=" ".join(title.split())[:TITLE_LENGTH] or _NAMELESS,
        category=found.category[:CATEGORY_LENGTH] if found else "",
        content=found.text if found else "",
        awaits_extraction=found is None,
        original_name=upload.filename,
        mime=kind_of(upload.data, filename=upload.filename, mime=upload.mime),
        size=len(upload.data),
    )
    document.content_hash = content_hash(document.title, document.content)
    return document


def _path(document: Document) -> str:
    """Return where the bytes are kept; the path tells nothing of the name."""
    suffix = PurePath(document.original_name).suffix.lower()[:16]
    return f"conversations/{document.organization_id}/{document.conversation_id}/{document.id}{suffix}"


def _forget(file: Document) -> None:
    tell_of_file(file.id)
    erase(
        file, title="", original_name="", category="", content_hash="", text_hash="", page_starts=[], size=0
    )


def _restarted(actor: Actor, conversation_id: UUID, file_id: UUID, *, from_original: bool) -> Document:
    with tenant_scope(actor.organization_id), transaction.atomic():
        file = _found(_own(actor, conversation_id).select_for_update(), file_id)
        waits = file.status == Document.Status.NEEDS_ATTENTION and bool(file.content.strip())
        if file.status not in _AT_REST or not (from_original or waits):
            raise ConflictError
        file.awaits_extraction = from_original and bool(file.original)
        request_indexing(file)
        file.save(update_fields=EDITABLE)
        tell_of_file(file.id)
    return file
