"""What the graph is told of a turn; and that it agrees with the database whatever happens meanwhile."""

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.access import actor_of
from accounts.models import Organization, User
from accounts.types import Actor
from analytics.graph import get_graph, projection
from analytics.graph.port import GraphDocument, GraphQuestion, GraphTopic, GraphUnavailableError, GraphUser
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import RelayReport, relay
from conversations import organizing
from conversations.fingerprints import fingerprint
from conversations.types import Turn
from retrieval import services
from tests.analytics.asking import GRAPH_ROUTES, QUESTION, about, answered

pytestmark = pytest.mark.django_db


class Notebook:
    """A graph that writes down what it is told; `meanwhile` happens once, while it is being told."""

    name = "notebook"

    def __init__(self) -> None:
        self.questions: dict[UUID, GraphQuestion] = {}
        self.meanwhile: Callable[[], object] | None = None
        self.away = False

    def put(self, organization_id: UUID, questions: Sequence[GraphQuestion]) -> None:
        assert isinstance(organization_id, UUID)
        self._happen()
        self.questions |= {question.id: question for question in questions}

    def remove(self, organization_id: UUID, question_ids: Collection[UUID]) -> None:
        assert isinstance(organization_id, UUID)
        self._happen()
        for question_id in question_ids:
            self.questions.pop(question_id, None)

    def _happen(self) -> None:
        if self.away:
            raise GraphUnavailableError
        event, self.meanwhile = self.meanwhile, None
        if event is not None:
            event()


@pytest.fixture(autouse=True)
def notebook(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    settings.OUTBOX_ROUTES = {
        **GRAPH_ROUTES,
        "turn.closed": [*GRAPH_ROUTES["turn.closed"], "analytics.projections.count_turn"],
    }
    found = Notebook()
    monkeypatch.setattr(projection, "get_graph", lambda: found)
    return found


def delete(actor: Actor, turn: Turn) -> None:
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)


def restore(actor: Actor, turn: Turn) -> None:
    organizing.restore_conversation(actor=actor, conversation_id=turn.conversation_id)


def test_a_turn_is_told_with_whom_and_what_it_belongs_to(
    notebook: Notebook, actor: Actor, member: User, manager_actor: Actor
) -> None:
    leave = services.create_document(actor=manager_actor, title="חופשה", content="21", category="רווחה")
    gone = uuid4()
    before = answered(actor)
    turn = answered(actor, gone, leave.id, conversation_id=before.conversation_id)
    relay()
    told = notebook.questions[turn.question_id]
    assert told.user == GraphUser(member.pk, "dana@example.test", "משאבי אנוש")
    assert told.text_hash == fingerprint(QUESTION)
    assert told.follows == before.question_id
    assert told.answered
    assert told.documents == (
        GraphDocument(gone, "מסמך 1"),
        GraphDocument(leave.id, "מסמך 2"),
    )
    assert told.topic is None
    first = notebook.questions[before.question_id]
    assert (first.documents, first.follows) == ((), None)
    assert QUESTION not in repr(told)


def test_what_a_question_is_about_is_told_once_it_is_known(notebook: Notebook, actor: Actor) -> None:
    turn = answered(actor)
    topic = about("ימי חופשה", turn)
    relay()
    assert notebook.questions[turn.question_id].topic == GraphTopic(topic, "ימי חופשה")


def test_somebody_without_a_department_has_none(notebook: Notebook, manager: User) -> None:
    turn = answered(actor_of(manager))
    relay()
    assert notebook.questions[turn.question_id].user.department == ""


def test_a_graph_that_is_away_makes_its_route_wait_and_no_other(notebook: Notebook, actor: Actor) -> None:
    notebook.away = True
    turn = answered(actor)
    assert relay() == RelayReport(done=1, failed=1)
    waiting = OutboxRow.objects.get(completed_at=None)
    assert waiting.route == "analytics.graph.projection.project_turn"
    notebook.away = False
    OutboxRow.objects.update(available_at=waiting.created_at)
    assert relay() == RelayReport(done=1)
    assert list(notebook.questions) == [turn.question_id]


def test_a_conversation_that_is_deleted_while_its_turn_is_told_does_not_stay(
    notebook: Notebook, actor: Actor
) -> None:
    turn = answered(actor)
    notebook.meanwhile = lambda: delete(actor, turn)
    relay(limit=1)
    assert notebook.questions == {}


def test_a_conversation_that_comes_back_while_it_is_removed_is_there(
    notebook: Notebook, actor: Actor
) -> None:
    turn = answered(actor)
    relay()
    delete(actor, turn)
    notebook.meanwhile = lambda: restore(actor, turn)
    relay(limit=1)
    assert list(notebook.questions) == [turn.question_id]


def test_a_long_conversation_is_told_in_parts(
    notebook: Notebook, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "AT_ONCE", 2)
    turn = answered(actor)
    for number in range(4):
        answered(actor, text=f"שאלה {number}", conversation_id=turn.conversation_id)
    relay()
    delete(actor, turn)
    relay()
    assert notebook.questions == {}
    restore(actor, turn)
    relay()
    assert len(notebook.questions) == 5


def test_restoring_what_is_not_deleted_tells_nobody(actor: Actor) -> None:
    turn = answered(actor)
    relay()
    restore(actor, turn)
    assert not OutboxRow.objects.filter(completed_at=None).exists()


def test_a_turn_whose_rows_are_gone_is_no_error(actor: Actor, member: User, notebook: Notebook) -> None:
    answered(actor)
    OutboxRow.objects.exclude(route__contains="project_turn").delete()
    type(member).directory.filter(pk=member.pk).delete()
    assert relay() == RelayReport(done=1)
    assert notebook.questions == {}


def test_without_neo4j_the_database_is_the_graph(organization: Organization, settings: Any) -> None:
    settings.NEO4J_URI = ""
    assert get_graph().name == "relational"
    assert get_graph().inventory(organization.pk) == {}
