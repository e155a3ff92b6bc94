"""Answers that managers approve: kept here, and found for whoever asks one of their questions.

They are read from the database for each question, so that a change takes effect at once on every replica.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts import selectors as accounts
from accounts.access import require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel import outbox
from config.kernel.errors import InvalidInputError
from config.kernel.hebrew.normalise import search_tokens, words
from config.kernel.text import clean_text
from retrieval import selectors
from retrieval.chunking import last_heading
from retrieval.models import APPROVED_LENGTH, WORDINGS_LENGTH, ApprovedAnswer, Passage
from retrieval.pages import pages_of
from retrieval.same_question import same_question
from retrieval.sentences import quotes_of
from retrieval.types import DocumentRef, FoundPassage, Reader, Sentence

MOST_WORDINGS = 40
ANSWER_APPROVED = "approved_answer.approved"


class NoQuestionError(InvalidInputError):
    code = "approved_answer_without_question"
    message = _("At least one question with a word in it is needed, one a line, forty at most.")


class DatesCrossedError(InvalidInputError):
    code = "approved_answer_dates"
    message = _("The last day of validity is before the first one.")


@dataclass(frozen=True, slots=True)
class Approval:
    """What a manager wants kept: the ways to ask, the answer, where it rests, for whom and how long."""

    questions: str
    answer: str
    is_approved: bool = True
    document_ids: Sequence[UUID] = ()
    department_ids: Sequence[UUID] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """An approved answer to a question; of its documents those that the reader may open, each with the
    passage that bears the answer out best and in it the one sentence that does.
    """

    id: UUID
    question: str
    answer: str
    approved_by: str
    approved_at: datetime
    passages: tuple[FoundPassage, ...]


def checked(approval: Approval) -> Approval:
    """Return what is wanted, tidied.

    Raises NoQuestionError, DatesCrossedError, EmptyTextError, InvalidCharactersError and TextTooLongError.
    """
    wordings = wordings_of(approval.questions)
    if not 0 < len(wordings) <= MOST_WORDINGS:
        raise NoQuestionError(details={"field": "questions"})
    if approval.valid_from and approval.valid_until and approval.valid_until < approval.valid_from:
        raise DatesCrossedError(details={"field": "valid_until"})
    return Approval(
        questions=clean_text("\n".join(wordings), max_length=WORDINGS_LENGTH, field="questions"),
        answer=clean_text(approval.answer, max_length=APPROVED_LENGTH, field="answer"),
        is_approved=approval.is_approved,
        document_ids=approval.document_ids,
        department_ids=approval.department_ids,
        valid_from=approval.valid_from,
        valid_until=approval.valid_until,
        owner_id=approval.owner_id,
    )


def wordings_of(questions: str) -> list[str]:
    """Return the different questions of an answer, one from each line with a word in it."""
    lines = [" ".join(line.split()) for line in questions.splitlines()]
    return [line for line in dict.fromkeys(lines) if words(line)]


def save_answer(*, actor: Actor, answer: ApprovedAnswer, approval: Approval) -> ApprovedAnswer:
    """Keep an answer of the manager's organisation; whoever saves it as approved answers for it.

    Raises PermissionDeniedError and what `checked` raises.
    """
    require_manager(actor)
    wanted = checked(approval)
    with tenant_scope(actor.organization_id), transaction.atomic():
        answer.questions, answer.answer = wanted.questions, wanted.answer
        answer.state = ApprovedAnswer.State.APPROVED if wanted.is_approved else ApprovedAnswer.State.DRAFT
        answer.valid_from, answer.valid_until = wanted.valid_from, wanted.valid_until
        answer.owner = accounts.members_of(actor=actor).filter(pk__in=filter(None, [wanted.owner_id])).first()
        answer.restricted = bool(wanted.department_ids)
        answer.approved_by_id = actor.user_id if wanted.is_approved else None
        answer.approved_at = now() if wanted.is_approved else None
        answer.save()
        answer.documents.set(selectors.documents(_manager(actor)).filter(id__in=wanted.document_ids))
        answer.departments.set(accounts.departments_of(actor=actor).filter(pk__in=wanted.department_ids))
        action = ANSWER_APPROVED if wanted.is_approved else "approved_answer.drafted"
        audit.record(action, actor_id=actor.user_id, target=answer.pk)
        if wanted.is_approved:
            payload = {"approved_answer_id": str(answer.pk)}
            outbox.emit(ANSWER_APPROVED, organization_id=actor.organization_id, payload={**payload})
    return answer


def delete_answer(*, actor: Actor, answer: ApprovedAnswer) -> None:
    """Delete an approved answer; old answers with its words do not show them any more.

    Raises PermissionDeniedError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        audit.record("approved_answer.deleted", actor_id=actor.user_id, target=answer.pk)
        answer.delete()


def find_approved(*, question: str, reader: Reader) -> FoundAnswer | None:
    """Return the approved answer to the question that is meant for the reader and valid today, or None.

    Synchronous, busy while meanings are compared: call it off the event loop.
    """
    today = localdate()
    with tenant_scope(reader.organization_id):
        in_use = selectors.approved_answers(reader).filter(
            Q(valid_from=None) | Q(valid_from__lte=today),
            Q(valid_until=None) | Q(valid_until__gte=today),
            state=ApprovedAnswer.State.APPROVED,
        )
        asked = [
            (id_, wording)
            for id_, questions in in_use.values_list("id", "questions")
            for wording in wordings_of(questions)
        ]
    place = same_question(question, [wording for _id, wording in asked]) if asked else None
    if place is None:
        return None
    with tenant_scope(reader.organization_id):
        # Looked up anew: comparing takes a while, and what was withdrawn meanwhile is not used.
        row = in_use.select_related("approved_by").filter(id=asked[place][0]).first()
        return _found(row, asked[place][1], reader) if row else None


def _found(row: ApprovedAnswer, question: str, reader: Reader) -> FoundAnswer:
    return FoundAnswer(
        id=row.pk,
        question=question,
        answer=row.answer,
        approved_by=row.approved_by.get_full_name() if row.approved_by else "",
        approved_at=row.approved_at or row.updated_at,
        passages=_grounds(row, reader),
    )


def _grounds(row: ApprovedAnswer, reader: Reader) -> tuple[FoundPassage, ...]:
    """Return of each document that the reader may open the passage that has most of the answer's words."""
    ids = list(row.documents.values_list("id", flat=True))
    if not ids:
        return ()
    said = set(search_tokens(f"{row.questions} {row.answer}"))
    best: dict[UUID, tuple[int, Passage]] = {}
    for passage in selectors.passages(reader).filter(document_id__in=ids).order_by("document_id", "ordinal"):
        shared = len(said.intersection(passage.search_text.split()))
        if passage.document_id not in best or shared > best[passage.document_id][0]:
            best[passage.document_id] = (shared, passage)
    titled = sorted((passage for _shared, passage in best.values()), key=lambda each: each.document.title)
    return tuple(_ground(passage, said) for passage in titled)


def _ground(passage: Passage, said: set[str]) -> FoundPassage:
    quotes = quotes_of(passage.text, last_heading(passage.heading))
    shares = [len(said.intersection(search_tokens(quote.spoken))) for quote in quotes]
    best = quotes[int(max(range(len(quotes)), key=shares.__getitem__))] if quotes else None
    start, end = (best.start, best.end) if best else (0, len(passage.text))
    document = passage.document
    return FoundPassage(
        id=passage.id,
        document=DocumentRef(document.id, document.title, document.category),
        text=passage.text,
        page=passage.page,
        heading=passage.heading,
        score=1.0,
        dense=None,
        sentences=(Sentence(start=start, end=end, text=passage.text[start:end], score=1.0),),
        ordinal=passage.ordinal,
        pages=pages_of(passage),
    )


def _manager(actor: Actor) -> Reader:
    return Reader(actor.organization_id, actor.user_id, actor.department_id, sees_all=True)
