"""What others found out about the documents behind an answer: questions, further documents, departments.

The graph names candidates; here each is looked up in the database again, as it is now and with the reader's
eyes. Conversations are private, so nothing is shown that fewer than MINIMUM_GROUP people, the reader not
counted, stand behind; and a question that was answered from a document the reader may not open counts for
nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from accounts.selectors import people
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.departments import MINIMUM_GROUP
from analytics.graph import get_graph
from config.kernel.hebrew.normalise import words
from conversations.asked import AskedQuestion, asked_questions
from conversations.selectors import stored_answer
from retrieval.access import reader_of
from retrieval.selectors import documents
from retrieval.types import DocumentRef

K = TypeVar("K", bound=Hashable)

CONSIDERED = 200
SHOWN = 5


@dataclass(frozen=True, slots=True)
class DepartmentRef:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Related:
    """What belongs to an answer, the most useful first: questions that others asked and had answered, further
    documents behind those answers, departments whose people asked.
    """

    questions: tuple[str, ...] = ()
    documents: tuple[DocumentRef, ...] = ()
    departments: tuple[DepartmentRef, ...] = ()


def related_to(*, actor: Actor, answer_id: UUID) -> Related:
    """Return what belongs to an answer of the actor's; nothing where the answer cites nothing that the actor
    may open.

    Raises NotFoundError for anything but an answer of the actor's, GraphUnavailableError.
    """
    answer = stored_answer(actor=actor, answer_id=answer_id)
    cited = {citation.document_id for citation in answer.citations}
    anchors = _openable(actor, cited)
    if not anchors:
        return Related()
    evidence, openable = _evidence(actor, anchors)
    asked = asked_questions(organization_id=actor.organization_id, question_ids=[answer.question_id])
    own = {_wording(question.text) for question in asked.values()}
    return Related(
        questions=_questions(evidence, without=own),
        documents=_documents(evidence, openable, without=cited),
        departments=_departments(actor, evidence),
    )


def _openable(actor: Actor, document_ids: Collection[UUID]) -> dict[UUID, DocumentRef]:
    """Return those of the documents that the actor may open, as they are called now."""
    with tenant_scope(actor.organization_id):
        found = documents(reader_of(actor)).filter(id__in=document_ids, indexed_version__isnull=False)
        rows = found.values_list("id", "title", "category")
        return {row[0]: DocumentRef(*row) for row in rows}


def _evidence(
    actor: Actor, anchors: Collection[UUID]
) -> tuple[Sequence[AskedQuestion], dict[UUID, DocumentRef]]:
    """Return the questions of others that may count, in the graph's order, and the documents behind them."""
    candidates = get_graph().questions_citing(actor.organization_id, anchors, limit=CONSIDERED)
    known = asked_questions(organization_id=actor.organization_id, question_ids=candidates)
    others = [
        known[each]
        for each in candidates
        if each in known and known[each].answered and known[each].user_id != actor.user_id
    ]
    openable = _openable(actor, {cited.id for question in others for cited in question.documents})
    may_count = [question for question in others if all(cited.id in openable for cited in question.documents)]
    return may_count, openable


def _questions(evidence: Iterable[AskedQuestion], *, without: Collection[str]) -> tuple[str, ...]:
    """Return wordings that enough people used, each as it was written first; the graph's order holds."""
    alike: dict[str, list[AskedQuestion]] = defaultdict(list)
    for question in evidence:
        alike[_wording(question.text)].append(question)
    return tuple(
        min(group, key=lambda question: question.asked_at).text
        for wording, group in alike.items()
        if wording not in without and len({question.user_id for question in group}) >= MINIMUM_GROUP
    )[:SHOWN]


def _documents(
    evidence: Iterable[AskedQuestion], openable: dict[UUID, DocumentRef], *, without: Collection[UUID]
) -> tuple[DocumentRef, ...]:
    pairs = ((cited.id, question.user_id) for question in evidence for cited in question.documents)
    return tuple(openable[each] for each in _common(pairs) if each not in without)[:SHOWN]


def _departments(actor: Actor, evidence: Sequence[AskedQuestion]) -> tuple[DepartmentRef, ...]:
    asking = {question.user_id for question in evidence}
    known = people(organization_id=actor.organization_id, user_ids=asking)
    names = {person.department_id: person.department for person in known.values()}
    pairs = ((person.department_id, user_id) for user_id, person in known.items() if person.department_id)
    return tuple(DepartmentRef(each, names[each]) for each in _common(pairs))[:SHOWN]


def _common(pairs: Iterable[tuple[K, UUID]]) -> list[K]:
    """Return what enough people have to do with, of (thing, person) pairs; what most of them have first."""
    concerned: dict[K, set[UUID]] = defaultdict(set)
    for thing, person in pairs:
        concerned[thing].add(person)
    enough = [thing for thing, who in concerned.items() if len(who) >= MINIMUM_GROUP]
    return sorted(enough, key=lambda thing: -len(concerned[thing]))


def _wording(text: str) -> str:
    """Return what is the same for questions that differ in pointing, punctuation or spaces alone."""
    return " ".join(words(text)) or text
