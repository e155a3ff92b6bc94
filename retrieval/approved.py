"""Answers that managers approve: documents of one passage, whose title asks the question that they answer.

As documents they are found, cited, opened, restricted and withdrawn like any other.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import InvalidInputError
from config.kernel.hebrew.normalise import words
from retrieval.chunking import LARGEST_PASSAGE
from retrieval.models import Document
from retrieval.services import (
    EVERYONE,
    DocumentChanges,
    NamedReaders,
    create_document,
    update_document,
)


class ApprovedAnswerTooLongError(InvalidInputError):
    code = "approved_answer_too_long"
    message = _("An approved answer has 150 words at most; what is longer is a document.")


@dataclass(frozen=True, slots=True)
class Approval:
    """A question, in one or more ways that each end with a question mark, its answer and who may read it."""

    question: str
    answer: str
    readers: NamedReaders = EVERYONE


def approve(*, actor: Actor, approval: Approval) -> Document:
    """Store an approved answer of a manager and have it indexed.

    Raises ApprovedAnswerTooLongError and what `create_document` raises.
    """
    refuse_long(approval.answer)
    with tenant_scope(actor.organization_id), transaction.atomic():
        document = create_document(
            actor=actor, title=approval.question, content=approval.answer, readers=approval.readers
        )
        Document.objects.filter(id=document.id).update(is_approved_answer=True)
    document.is_approved_answer = True
    return document


def approve_again(*, actor: Actor, document_id: UUID, approval: Approval) -> Document:
    """Change an approved answer; raises what `approve` does, and NotFoundError."""
    refuse_long(approval.answer)
    changes = DocumentChanges(
        title=approval.question,
        content=approval.answer,
        department_ids=approval.readers.department_ids,
        person_ids=approval.readers.person_ids,
    )
    return update_document(actor=actor, document_id=document_id, changes=changes)


def refuse_long(answer: str) -> None:
    """Raise ApprovedAnswerTooLongError for what would not be one passage."""
    if len(words(answer)) > LARGEST_PASSAGE:
        raise ApprovedAnswerTooLongError
