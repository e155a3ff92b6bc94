"""Would a question be answered now? Searched and weighed as in a turn, and nothing is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from accounts.standing import active_person
from accounts.types import Actor
from chatbot.confidence import is_borne_out
from retrieval.access import reader_of
from retrieval.approved import find_approved
from retrieval.search import find_passages
from retrieval.types import Reader, SearchResult


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question without a good answer, and who asked it.

    `approved_only` says that nothing but an approved answer helps: a manager is to answer it, or what the
    documents say did not help.
    """

    id: UUID
    asker_id: UUID
    text: str
    approved_only: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a question that was asked again; `approved_id` is the approved answer to it, if any."""

    question: Waiting
    answered: bool
    approved_id: UUID | None


def is_answered(question: str, found: SearchResult) -> bool:
    """Tell whether what was found answers the question. Busy for some milliseconds."""
    return found.evidence.answerable and is_borne_out(question, found)


def ask_again(questions: Iterable[Waiting], *, organization_id: UUID) -> Iterator[Verdict]:
    """Ask each question with its asker's own rights, approved answers first; those of people who are no
    longer there are passed over.

    Slow: it embeds and searches. Raises EmbeddingsUnavailableError and StoreUnavailableError.
    """
    askers: dict[UUID, Actor | None] = {}
    for question in questions:
        if question.asker_id not in askers:
            askers[question.asker_id] = active_person(
                user_id=question.asker_id, organization_id=organization_id
            )
        asker = askers[question.asker_id]
        if asker is not None:
            yield _verdict(question, reader_of(asker))


def _verdict(question: Waiting, reader: Reader) -> Verdict:
    approved = find_approved(question=question.text, reader=reader)
    if approved is not None:
        return Verdict(question, answered=True, approved_id=approved.id)
    if question.approved_only:
        return Verdict(question, answered=False, approved_id=None)
    found = find_passages(question=question.text, reader=reader)
    return Verdict(question, answered=is_answered(question.text, found), approved_id=None)
