"""From events to the graph. Whatever an event says, the graph is brought in line with the database, so events
may come twice, late and in any order; while the graph is away the handlers raise, and the outbox waits.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from accounts.selectors import Person, people
from accounts.tenancy import tenant_scope
from analytics.graph import get_graph
from analytics.graph.port import GraphDocument, GraphQuestion, GraphTopic, GraphUser
from analytics.topics.selectors import topics_of
from config.kernel.outbox import OutboxMessage
from conversations.asked import AskedQuestion, asked_questions, questions_of
from conversations.selectors import closed_turn
from retrieval.selectors import private_files

AT_ONCE = 200


def project_turn(message: OutboxMessage) -> None:
    """Bring the question of a closed answer into the graph, or out of it when its conversation was deleted.

    Raises GraphUnavailableError.
    """
    answer_id = UUID(str(message.payload["answer_id"]))
    turn = closed_turn(organization_id=message.organization_id, answer_id=answer_id)
    if turn is not None:
        _bring_in_line(message.organization_id, [turn.answer.question_id])


def project_conversation(message: OutboxMessage) -> None:
    """Bring all questions of a conversation that was deleted or restored out of the graph, or back into it.

    Raises GraphUnavailableError.
    """
    conversation_id = UUID(str(message.payload["conversation_id"]))
    found = questions_of(organization_id=message.organization_id, conversation_id=conversation_id)
    for start in range(0, len(found), AT_ONCE):
        _bring_in_line(message.organization_id, found[start : start + AT_ONCE])


def project_questions(message: OutboxMessage) -> None:
    """Bring into the graph what questions are about, now that it is known.

    Raises GraphUnavailableError.
    """
    found = message.payload["question_ids"]
    ids = [UUID(str(each)) for each in found] if isinstance(found, list) else []
    _bring_in_line(message.organization_id, ids)


def _bring_in_line(organization_id: UUID, question_ids: Collection[UUID]) -> None:
    """Put what counts, remove what does not.

    Afterwards the database is asked again: what was deleted or restored while the graph was written is the
    business of an event that may have been carried out before ours had finished.
    """
    known = asked_questions(organization_id=organization_id, question_ids=question_ids)
    while True:
        _write(organization_id, known, question_ids)
        latest = asked_questions(organization_id=organization_id, question_ids=question_ids)
        if latest.keys() == known.keys():
            return
        known = latest


def _write(organization_id: UUID, known: dict[UUID, AskedQuestion], question_ids: Collection[UUID]) -> None:
    graph = get_graph()
    gone = set(question_ids) - known.keys()
    if gone:
        graph.remove(organization_id, gone)
    if known:
        graph.put(organization_id, _graph_questions(organization_id, list(known.values())))


def _graph_questions(organization_id: UUID, asked: Collection[AskedQuestion]) -> list[GraphQuestion]:
    who = people(organization_id=organization_id, user_ids={question.user_id for question in asked})
    cited = {document.id for question in asked for document in question.documents}
    topics = topics_of(organization_id=organization_id, question_ids={question.id for question in asked})
    with tenant_scope(organization_id):
        private = private_files(cited)
    return [
        _graph_question(_without_files(question, private), who[question.user_id], topics)
        for question in asked
    ]


def _without_files(question: AskedQuestion, private: Collection[UUID]) -> AskedQuestion:
    """Return the question without documents where one is a private file: what is asked about that is the
    asker's own affair, and leads nobody anywhere.
    """
    is_private = any(cited.id in private for cited in question.documents)
    return replace(question, documents=()) if is_private else question


def _graph_question(
    asked: AskedQuestion, person: Person, topics: Mapping[UUID, tuple[UUID, str]]
) -> GraphQuestion:
    return GraphQuestion(
        id=asked.id,
        text_hash=asked.text_hash,
        asked_at=asked.asked_at,
        answered=asked.answered,
        user=GraphUser(asked.user_id, person.email, person.department),
        documents=tuple(GraphDocument(cited.id, cited.title) for cited in asked.documents),
        topic=GraphTopic(*topics[asked.id]) if asked.id in topics else None,
        follows=asked.follows,
    )
