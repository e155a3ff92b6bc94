"""A document's versions: a new text or file for a document that is there, and the way back to an earlier one.

What was searched before is searched until the new version is whole. A file that turns out to be unreadable
leaves the document rejected and the old passages found, and the old text can be restored.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import ConflictError, NotFoundError
from config.kernel.text import clean_text
from retrieval import index_state, trail
from retrieval.editions import drop_files, edition_of, supersede
from retrieval.extract import Extracted
from retrieval.held import EDITABLE, locked_document, request_indexing
from retrieval.models import TITLE_LENGTH, Document, Edition
from retrieval.revisions import file_hash, refuse_double, text_hash
from retrieval.services import (
    EVERYONE,
    DocumentChanges,
    NamedReaders,
    Upload,
    create_document,
    own_title,
    read_content,
    store_upload,
    update_document,
)

_RESTORED = ("title", "content", "page_starts", "file_hash", "original_name", "mime", "size")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came in: the text or file and what its sender says of it, "" for nothing.

    With an `external_id` that a document has, it is that document's next version; where it `replaces`, that
    of the newest document of the same title.
    """

    content: str | Upload
    title: str = ""
    category: str = ""
    readers: NamedReaders = EVERYONE
    external_id: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One line of a document's history; `size` in bytes, of the file or of the text that was typed."""

    number: int
    title: str
    filename: str
    size: int
    made_at: datetime
    made_by: str
    is_current: bool
    is_searched: bool


def take_in(*, actor: Actor, incoming: Incoming) -> Document:
    """Store a manager's document, or the next version of one that is there, and have it indexed.

    Raises what `create_document` and `add_version` raise.
    """
    require_manager(actor)
    title = incoming.title or own_title(read_content(incoming.content), incoming.content)
    with tenant_scope(actor.organization_id):
        document_id = _replaced(incoming, title)
    if document_id is not None:
        return add_version(actor=actor, document_id=document_id, incoming=incoming)
    return create_document(
        actor=actor,
        content=incoming.content,
        title=incoming.title,
        category=incoming.category,
        readers=incoming.readers,
        external_id=incoming.external_id,
    )


def add_version(*, actor: Actor, document_id: UUID, incoming: Incoming) -> Document:
    """Give a document another text or file. Its title, category and readers stay unless others are named.

    What the document holds already makes no version. Raises the refusals of `create_document`, and
    NotFoundError.
    """
    require_manager(actor)
    found = read_content(incoming.content)
    with tenant_scope(actor.organization_id), transaction.atomic():
        is_new = not _holds(locked_document(document_id), found, incoming.content)
        # Refuses unknown readers, before a file is kept; a new title belongs to the new version.
        changes = _labels(replace(incoming, title="") if is_new else incoming)
        document = update_document(actor=actor, document_id=document_id, changes=changes)
        if is_new:
            _replace(document, found, incoming, by=actor.user_id)
            trail.record("document.replaced", document, by=actor)
    return document


def restore_version(*, actor: Actor, document_id: UUID, number: int) -> Document:
    """Make an earlier text the document's newest version, and have it indexed.

    Raises NotFoundError, PermissionDeniedError, DocumentExistsError where another document has taken the text
    meanwhile, and ConflictError where the document holds it now.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = locked_document(document_id)
        earlier = _edition(document, number)
        before = edition_of(document)
        if before is not None and (before.title, before.content) == (earlier.title, earlier.content):
            raise ConflictError
        unread = document.original.name
        for name in _RESTORED:
            setattr(document, name, getattr(earlier, name))
        document.original = earlier.original.name
        document.text_hash, document.awaits_extraction = text_hash(document.content), False
        refuse_double(document)
        _superseded(document, before, by=actor.user_id, unread=unread)
        trail.record("document.version_restored", document, by=actor)
    return document


def versions_of(*, actor: Actor, document_id: UUID) -> list[Version]:
    """Return the document's history, the newest first; its first line is what it is now.

    Raises NotFoundError and PermissionDeniedError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id):
        document = _kept(document_id)
        editions = document.editions.select_related("made_by").defer("content")
        searched = _searched(document)
        return [_present(document, searched), *(_line(edition, searched) for edition in editions)]


def get_edition(*, actor: Actor, document_id: UUID, number: int) -> Edition:
    """Return an earlier version with its text; raises NotFoundError and PermissionDeniedError."""
    require_manager(actor)
    with tenant_scope(actor.organization_id):
        return _edition(_kept(document_id), number)


def _replaced(incoming: Incoming, title: str) -> UUID | None:
    """Return the document that is there already, None for a new one."""
    kept = Document.objects.filter(deleted_at__isnull=True, conversation_id=None)
    if incoming.external_id.strip():
        same = kept.filter(external_id=incoming.external_id.strip())
    elif incoming.replaces and title.strip():
        same = kept.filter(title=title.strip())
    else:
        return None
    found: UUID | None = same.order_by("-created_at").values_list("id", flat=True).first()
    return found


def _holds(document: Document, found: Extracted | None, content: str | Upload) -> bool:
    """Tell whether the document is made of this content already, as far as it can be told by now."""
    if document.status == Document.Status.REJECTED:
        return False
    if isinstance(content, Upload) and document.file_hash == file_hash(content.data):
        return True
    return found is not None and not document.awaits_extraction and found.text == document.content


def _replace(document: Document, found: Extracted | None, incoming: Incoming, *, by: UUID) -> None:
    content, before, unread = incoming.content, edition_of(document), document.original.name
    if incoming.title.strip():
        document.title = clean_text(incoming.title, max_length=TITLE_LENGTH, field="title")
    document.file_hash, document.page_starts = "", []
    document.awaits_extraction = found is None
    if found is not None:
        document.content, document.text_hash, document.mime = found.text, text_hash(found.text), found.mime
    if isinstance(content, Upload):
        store_upload(document, content)
    else:
        document.original, document.original_name = "", ""
        document.size = len(content.encode())
    try:
        refuse_double(document)
        _superseded(document, before, by=by, unread=unread)
    except BaseException:
        if isinstance(content, Upload):
            document.original.delete(save=False)
        raise


def _superseded(document: Document, before: Edition | None, *, by: UUID, unread: str | None) -> None:
    supersede(document, before, by=by)
    request_indexing(document)
    document.save(update_fields=EDITABLE)
    index_state.bump(document.id)
    drop_files(document, [unread])


def _labels(incoming: Incoming) -> DocumentChanges:
    """Return what the sender says of the version; the readers stay unless some are named."""
    changes = DocumentChanges(
        title=incoming.title.strip() or None, category=incoming.category.strip() or None
    )
    named = incoming.readers
    if not (named.department_ids or named.person_ids):
        return changes
    return replace(changes, department_ids=named.department_ids, person_ids=named.person_ids)


def _kept(document_id: UUID) -> Document:
    kept = Document.objects.filter(deleted_at__isnull=True, conversation_id=None)
    found: Document | None = kept.select_related("edition_by", "uploaded_by").filter(id=document_id).first()
    if found is None:
        raise NotFoundError
    return found


def _edition(document: Document, number: int) -> Edition:
    found: Edition | None = document.editions.filter(number=number).first()
    if found is None:
        raise NotFoundError
    return found


def _searched(document: Document) -> int | None:
    """Return the number of the version that searches find: the one that all passages are cut from, and that
    they leave least of; the newest of several.

    None where there are no passages, or they come from a version that is kept no longer.
    """
    if document.indexed_version == document.version:
        return document.edition
    passages = list(document.passages.values_list("start", "end", "text"))
    own = [] if document.awaits_extraction else [(document.edition, document.content)]
    earlier = document.editions.order_by("-number").values_list("number", "content").iterator(chunk_size=1)
    left = {
        number: len(content.rstrip()) - max(end for _start, end, _text in passages)
        for number, content in chain(own, earlier if passages else ())
        if passages and all(content[start:end] == text for start, end, text in passages)
    }
    return min(left, key=lambda number: left[number], default=None)


def _present(document: Document, searched: int | None) -> Version:
    return Version(
        number=document.edition,
        title=document.title,
        filename=document.original_name,
        size=document.size or len(document.content.encode()),
        made_at=document.edition_at or document.created_at,
        made_by=_name(document.edition_by if document.edition_at else document.uploaded_by),
        is_current=True,
        is_searched=document.edition == searched,
    )


def _line(edition: Edition, searched: int | None) -> Version:
    return Version(
        number=edition.number,
        title=edition.title,
        filename=edition.original_name,
        size=edition.size,
        made_at=edition.made_at,
        made_by=_name(edition.made_by),
        is_current=False,
        is_searched=edition.number == searched,
    )


def _name(person: Any) -> str:
    return str(person) if person is not None else ""
