"""What was asked and which documents answered it, over the whole organisation: for recommendations, and for
stores that keep a picture of it. Nobody is shown this as it is.

A question counts from the moment its first answer is closed until its conversation is deleted. Complete
answers alone lend it their documents.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, QuerySet

from accounts.tenancy import tenant_scope
from conversations.models import Citation, Message
from conversations.types import OPEN_STATUSES, MessageRole, MessageStatus


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A document as it was called when it was cited."""

    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with the documents of its complete answers, in the order of their first citation.

    `answered` tells whether any answer is complete, `follows` which question of the conversation it came
    after.
    """

    id: UUID
    user_id: UUID
    text: str
    text_hash: str
    asked_at: datetime
    answered: bool
    documents: tuple[CitedDocument, ...]
    follows: UUID | None


def asked_questions(*, organization_id: UUID, question_ids: Collection[UUID]) -> dict[UUID, AskedQuestion]:
    """Return those of the questions that count, by id."""
    with tenant_scope(organization_id):
        citations = Prefetch("citations", Citation.objects.order_by("number"))
        complete = Message.objects.filter(status=MessageStatus.COMPLETE, role=MessageRole.ASSISTANT)
        in_order = complete.defer("text", "sources").order_by("created_at", "id")
        answers = Prefetch("children", in_order.prefetch_related(citations))
        found = _counting().filter(pk__in=question_ids).select_related("parent").prefetch_related(answers)
        return {row.pk: _asked(row) for row in found}


def questions_of(*, organization_id: UUID, conversation_id: UUID) -> list[UUID]:
    """Return the ids of all questions of a conversation, also of a deleted one."""
    with tenant_scope(organization_id):
        asked = Message.objects.filter(conversation_id=conversation_id, role=MessageRole.USER)
        return list(asked.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody asked, in their own words, with the department that they are in now."""

    user_id: UUID
    department_id: UUID | None
    conversation_id: UUID
    created_at: datetime
    text: str


def unplaced_questions(
    *, organization_id: UUID, since: datetime, placed: QuerySet[Any], private: QuerySet[Any], limit: int
) -> list[UUID]:
    """Return questions that count, asked from `since` on, the latest first: none of `placed`, the ids of
    questions, and none in a conversation of `private`.
    """
    with tenant_scope(organization_id):
        found = _counting().filter(created_at__gte=since).exclude(conversation_id__in=private)
        new = found.filter(~Exists(placed.filter(question_id=OuterRef("pk"))))
        return list(new.order_by("-created_at").values_list("pk", flat=True)[:limit])


def wordings(*, organization_id: UUID, question_ids: Collection[UUID]) -> dict[UUID, Wording]:
    """Return the words of those of the questions that count, by id."""
    with tenant_scope(organization_id):
        rows = _counting().filter(pk__in=question_ids)
        found = rows.values_list(
            "pk", "author_id", "author__department_id", "conversation_id", "created_at", "text"
        )
        return {row[0]: Wording(*row[1:]) for row in found}


def question_hashes(*, organization_id: UUID) -> dict[UUID, str]:
    """Return the ids of all questions that count with the fingerprints of their texts."""
    with tenant_scope(organization_id):
        return dict(_counting().values_list("pk", "text_hash"))


def questions_citing(*, organization_id: UUID, document_ids: Collection[UUID], limit: int) -> list[UUID]:
    """Return the answered questions whose answers cite any of the documents: those that cite most of them
    first, then the latest.
    """
    with tenant_scope(organization_id):
        cited = Citation.objects.filter(
            document_id__in=document_ids,
            message__status=MessageStatus.COMPLETE,
            message__conversation__deleted_at=None,
        ).exclude(message__parent=None)
        by_question = cited.values(
            question_id=F("message__parent_id"), asked_at=F("message__parent__created_at")
        )
        found = by_question.annotate(shared=Count("document_id", distinct=True))
        in_order = found.order_by("-shared", "-asked_at", "question_id")[:limit]
        return [row["question_id"] for row in in_order]


def _counting() -> QuerySet[Message]:
    closed = Message.objects.filter(parent=OuterRef("pk"), role=MessageRole.ASSISTANT).exclude(
        status__in=OPEN_STATUSES
    )
    rows: QuerySet[Message] = Message.objects.filter(
        Exists(closed), role=MessageRole.USER, conversation__deleted_at=None
    )
    return rows


def _asked(row: Message) -> AskedQuestion:
    answers = list(row.children.all())
    return AskedQuestion(
        id=row.pk,
        user_id=row.author_id,
        text=row.text,
        text_hash=row.text_hash,
        asked_at=row.created_at,
        answered=bool(answers),
        documents=tuple(_documents(answers)),
        follows=row.parent.parent_id if row.parent is not None else None,
    )


def _documents(answers: Iterable[Message]) -> Iterable[CitedDocument]:
    found: dict[UUID, CitedDocument] = {}
    for answer in answers:
        for citation in answer.citations.all():
            cited = CitedDocument(citation.document_id, citation.document_title)
            found.setdefault(cited.id, cited)
    return found.values()
