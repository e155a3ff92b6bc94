"""What every graph promises: it knows what was asked and answered, in each organisation by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.graph import get_graph
from analytics.graph.inventory import inventory, remove
from analytics.graph.port import Graph
from analytics.graph.projection import project_turn
from config.kernel.outbox import OutboxMessage
from config.kernel.outbox.relay import relay
from conversations import organizing, services
from conversations.fingerprints import fingerprint
from conversations.types import MessageStatus, Turn
from retrieval.models import Document
from tests.analytics.asking import GRAPH_ROUTES, QUESTION, about, answered, ask, close


@pytest.fixture(params=["relational", pytest.param("neo4j", marks=pytest.mark.stack)])
def graph(
    request: pytest.FixtureRequest,
    settings: Any,
    organization: Organization,
    other_organization: Organization,
) -> Iterator[Graph]:
    settings.OUTBOX_ROUTES = GRAPH_ROUTES
    if request.param == "relational":
        settings.NEO4J_URI = ""
        yield get_graph()
        return
    from tests.stack.neo4j_server import forget, stack_settings

    for name, value in stack_settings().items():
        setattr(settings, name, value)
    found: Any = get_graph()
    yield found
    found.close()
    forget([organization.pk, other_organization.pk])


@pytest.fixture
def documents() -> list[UUID]:
    return [uuid4() for _ in range(3)]


def told(actor: Actor, *document_ids: UUID, **fields: Any) -> UUID:
    """Ask, get an answer, let the graph hear of it; return the question's id."""
    question_id = answered(actor, *document_ids, **fields).question_id
    deliver()
    return question_id


def deliver() -> None:
    assert relay().failed == 0


def event_of(turn: Turn) -> OutboxMessage:
    payload: Any = {"answer_id": str(turn.answer_id)}
    return OutboxMessage(uuid4(), "turn.closed", turn.organization_id, payload, created_at=now())


def citing(graph: Graph, actor: Actor, *document_ids: UUID, limit: int = 10) -> list[UUID]:
    return graph.questions_citing(actor.organization_id, document_ids, limit=limit)


def test_questions_are_found_by_what_answered_them_most_shared_first_then_the_latest(
    graph: Graph, actor: Actor, documents: list[UUID]
) -> None:
    first, second, third = documents
    one = told(actor, first)
    both = told(actor, first, second)
    later = told(actor, first)
    told(actor, third)
    assert citing(graph, actor, first, second) == [both, later, one]
    assert citing(graph, actor, first, second, limit=2) == [both, later]


def test_a_document_that_nobody_was_answered_from_leads_nowhere(graph: Graph, actor: Actor) -> None:
    told(actor, uuid4())
    assert citing(graph, actor, uuid4()) == []
    assert citing(graph, actor) == []


@pytest.mark.parametrize("status", [MessageStatus.REFUSED, MessageStatus.FAILED, MessageStatus.STOPPED])
def test_a_question_without_a_complete_answer_is_known_but_recommends_nothing(
    graph: Graph, actor: Actor, documents: list[UUID], status: MessageStatus
) -> None:
    turn = close(ask(actor), documents[0], status=status)
    deliver()
    assert inventory(actor.organization_id) == {turn.question_id: fingerprint(QUESTION)}
    assert citing(graph, actor, documents[0]) == []


def test_another_answer_adds_what_it_cites(graph: Graph, actor: Actor, documents: list[UUID]) -> None:
    first, second, _third = documents
    turn = close(ask(actor), first, status=MessageStatus.FAILED)
    deliver()
    again = services.reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner="tests")
    close(again, second)
    deliver()
    assert citing(graph, actor, second) == [turn.question_id]
    assert citing(graph, actor, first) == []
    assert list(inventory(actor.organization_id)) == [turn.question_id]


def test_the_inventory_has_every_question_with_the_fingerprint_of_its_text(
    graph: Graph, actor: Actor, manager: User
) -> None:
    turn = answered(actor, uuid4())
    follow_up = answered(actor, text="ומה בשנה הראשונה?", conversation_id=turn.conversation_id)
    others = answered(actor_of(manager), text="מי מאשר?")
    deliver()
    assert graph.inventory(actor.organization_id) == {
        turn.question_id: fingerprint(QUESTION),
        follow_up.question_id: fingerprint("ומה בשנה הראשונה?"),
        others.question_id: fingerprint("מי מאשר?"),
    }


@pytest.mark.usefixtures("graph")
def test_a_question_is_not_there_before_its_answer_ends(actor: Actor) -> None:
    first = close(ask(actor))
    ask(actor, "עוד שאלה", conversation_id=first.conversation_id)
    deliver()
    assert list(inventory(actor.organization_id)) == [first.question_id]


def test_organizations_do_not_see_each_other(graph: Graph, actor: Actor, outside_actor: Actor) -> None:
    own, theirs = uuid4(), uuid4()
    question, foreign = told(actor, own), told(outside_actor, theirs)
    assert citing(graph, actor, own, theirs) == [question]
    assert citing(graph, outside_actor, own, theirs) == [foreign]
    assert list(graph.inventory(actor.organization_id)) == [question]
    assert list(graph.inventory(outside_actor.organization_id)) == [foreign]
    assert graph.inventory(uuid4()) == {}


def test_removing_reaches_no_other_organization(graph: Graph, actor: Actor, outside_actor: Actor) -> None:
    document = uuid4()
    foreign = told(outside_actor, document)
    remove(actor.organization_id, [foreign, uuid4()])
    assert citing(graph, outside_actor, document) == [foreign]
    assert list(graph.inventory(outside_actor.organization_id)) == [foreign]


def test_a_deleted_conversation_takes_its_questions_along_and_brings_them_back(
    graph: Graph, actor: Actor, documents: list[UUID]
) -> None:
    turn = answered(actor, documents[0])
    follow_up = answered(actor, documents[0], conversation_id=turn.conversation_id)
    kept = told(actor, documents[0])
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    deliver()
    assert citing(graph, actor, documents[0]) == [kept]
    assert list(inventory(actor.organization_id)) == [kept]
    organizing.restore_conversation(actor=actor, conversation_id=turn.conversation_id)
    deliver()
    assert citing(graph, actor, documents[0]) == [kept, follow_up.question_id, turn.question_id]
    assert len(inventory(actor.organization_id)) == 3


def test_what_comes_after_the_deletion_brings_nothing_back(
    graph: Graph, actor: Actor, documents: list[UUID]
) -> None:
    turn = answered(actor, documents[0])
    deliver()
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    deliver()
    project_turn(event_of(turn))
    assert citing(graph, actor, documents[0]) == []
    assert inventory(actor.organization_id) == {}


def test_an_event_that_comes_again_doubles_nothing(graph: Graph, actor: Actor, documents: list[UUID]) -> None:
    turn = answered(actor, *documents)
    deliver()
    for _ in range(3):
        project_turn(event_of(turn))
    assert citing(graph, actor, *documents) == [turn.question_id]
    assert list(inventory(actor.organization_id)) == [turn.question_id]


def test_who_asked_about_a_topic_in_a_period_and_which_documents_answered(
    graph: Graph, actor: Actor, manager: User, documents: list[UUID]
) -> None:
    first, second, third = documents
    noon = datetime(2026, 11, 24, 10, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        before = answered(actor, third)
        clock.move_to(noon + timedelta(hours=1))
        leave = [answered(actor, first), answered(actor, first, second), answered(actor_of(manager), first)]
        parking = [close(ask(actor), third, status=MessageStatus.STOPPED), answered(actor, first)]
        answered(actor_of(manager), third)  # about nothing that is known
        clock.move_to(noon + timedelta(hours=2))
        after = answered(actor_of(manager), third)
        topics = about("ימי חופשה", before, after, *leave), about("חניה", *parking)
    deliver()
    period = noon + timedelta(hours=1), noon + timedelta(hours=2)
    both, own = {actor.user_id, manager.pk}, {actor.user_id}
    assert graph.askers(actor.organization_id, *period) == {topics[0]: both, topics[1]: own}
    assert graph.readers(actor.organization_id, *period) == {
        (topics[0], first): both,
        (topics[0], second): own,
        (topics[1], first): own,
    }
    later = noon + timedelta(hours=3), noon + timedelta(days=1)
    assert graph.askers(actor.organization_id, *later) == graph.readers(actor.organization_id, *later) == {}


def test_another_organization_and_a_deleted_conversation_ask_about_nothing(
    graph: Graph, actor: Actor, outside_actor: Actor, documents: list[UUID]
) -> None:
    period = now() - timedelta(hours=1), now() + timedelta(hours=1)
    about("ימי חופשה", answered(outside_actor, documents[0]))
    turn = answered(actor, documents[1])
    topic = about("ימי חופשה", turn)
    deliver()
    assert graph.askers(actor.organization_id, *period) == {topic: {actor.user_id}}
    assert graph.readers(actor.organization_id, *period) == {(topic, documents[1]): {actor.user_id}}
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    deliver()
    assert graph.askers(actor.organization_id, *period) == {}
    assert graph.readers(actor.organization_id, *period) == {}


def test_a_question_about_a_file_of_ones_own_makes_nobody_a_reader(
    graph: Graph, actor: Actor, documents: list[UUID]
) -> None:
    period = now() - timedelta(hours=1), now() + timedelta(hours=1)
    asked = ask(actor)
    with tenant_scope(actor.organization_id):
        own = Document.objects.create(title="הצעה", conversation_id=asked.conversation_id)
    about("ימי חופשה", close(asked, documents[0], own.pk))
    deliver()
    assert graph.readers(actor.organization_id, *period) == {}


def test_the_graph_is_well(graph: Graph) -> None:
    assert graph.is_healthy()
    assert graph.name in {"relational", "neo4j"}
