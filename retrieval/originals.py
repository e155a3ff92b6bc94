"""The text of an uploaded file: read from the original by the job that indexes the document, not while
somebody waits for an answer to the upload.
"""

import logging
from pathlib import PurePath

from django.db import transaction

from config.kernel.errors import DomainError
from retrieval.errors import DocumentBrokenError
from retrieval.extract import Extracted, extract
from retrieval.extract.types import Progress
from retrieval.models import CATEGORY_LENGTH, TITLE_LENGTH, Document
from retrieval.revisions import content_hash, refuse_double, same_version, text_hash

logger = logging.getLogger(__name__)


def read_original(document: Document, progress: Progress) -> bool:
    """Read the file of a document that awaits it, and keep the text; tell whether that may be indexed now.

    A file that cannot be read leaves the document rejected, a doubtful text waiting for a person. Slow: call
    it outside of a transaction, inside the organisation's scope.
    """
    try:
        with document.original.storage.open(str(document.original.name)) as file:
            data = file.read()
    except FileNotFoundError:
        return _reject(document, DocumentBrokenError.code)
    try:
        found = extract(data, filename=document.original_name, mime=document.mime, progress=progress)
        return _keep(document, found)
    except DomainError as refusal:
        return _reject(document, refusal.code)


def stem_of(filename: str) -> str:
    """Return the title that a file's name gives."""
    return PurePath(filename.replace("\\", "/")).stem[:TITLE_LENGTH]


def _keep(document: Document, found: Extracted) -> bool:
    with transaction.atomic():
        held = same_version(document.id, document.version).select_for_update().first()
        if held is None:
            return False
        if held.title == stem_of(held.original_name) and found.title.strip():
            held.title = " ".join(found.title.split())[:TITLE_LENGTH]
        held.category = held.category or found.category[:CATEGORY_LENGTH]
        held.content, held.mime, held.page_starts = found.text, found.mime, list(found.pages)
        held.content_hash, held.text_hash = content_hash(held.title, held.content), text_hash(held.content)
        refuse_double(held)
        held.awaits_extraction = False
        if found.concern:
            held.status, held.error_code = Document.Status.NEEDS_ATTENTION, found.concern
        held.save()
    if found.concern:
        _log(document, Document.Status.NEEDS_ATTENTION, found.concern)
    return not found.concern


def _reject(document: Document, code: str) -> bool:
    status = Document.Status.REJECTED
    same_version(document.id, document.version).update(status=status, error_code=code)
    _log(document, status, code)
    return False


def _log(document: Document, status: str, code: str) -> None:
    extra = {"document_id": str(document.id), "status": status, "error": code}
    logger.warning("document not read", extra=extra)
