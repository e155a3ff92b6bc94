"""The graph in a real Neo4j: what it holds, and that nothing is there twice."""

import multiprocessing
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from accounts.types import Actor
from analytics.graph.neo4j import Neo4jGraph
from analytics.graph.port import GraphQuestion, GraphUnavailableError
from config.kernel.outbox.relay import relay
from conversations.fingerprints import fingerprint
from retrieval import services
from tests.analytics.asking import QUESTION, about, answered
from tests.conversations.turns import at_once
from tests.stack.neo4j_server import document, look, neo4j_graph, question, topic

pytestmark = pytest.mark.stack

WRITERS = 12
NODES = "MATCH (n {organization_id: $of}) RETURN labels(n)[0] AS label, count(*) ORDER BY label"
EDGES = "MATCH (n {organization_id: $of})-[e]->() RETURN type(e) AS edge, count(*) ORDER BY edge"


def nodes(tenant: UUID) -> dict[str, int]:
    return dict(look(NODES, of=tenant))


def edges(tenant: UUID) -> dict[str, int]:
    return dict(look(EDGES, of=tenant))


def test_constraints_and_indexes_are_there_after_first_use(graph: Neo4jGraph) -> None:
    assert graph.is_healthy()
    constraints = {name for (name,) in look("SHOW CONSTRAINTS YIELD name")}
    kinds = ("user", "question", "topic", "document", "organization")
    assert constraints >= {f"{kind}_id_unique" for kind in kinds}
    indexes = look("SHOW INDEXES YIELD labelsOrTypes, properties, state WHERE state = 'ONLINE'")
    found = {(*labels, *properties) for labels, properties, _state in indexes if labels}
    assert found >= {("User", "email"), ("Question", "topic"), ("Question", "organization_id")}


def test_processes_that_begin_together_make_the_schema_together() -> None:
    graphs = [neo4j_graph() for _ in range(4)]
    assert at_once(*(each.is_healthy for each in graphs)) == [True] * 4
    for each in graphs:
        each.close()


@pytest.mark.django_db
@pytest.mark.usefixtures("on_neo4j")
def test_a_turn_becomes_the_nodes_and_edges_of_the_design(
    actor: Actor, member: User, manager_actor: Actor
) -> None:
    leave = services.create_document(actor=manager_actor, title="חופשה", content="21", category="רווחה")
    first = answered(actor)
    second = answered(actor, leave.id, text="ומה נצבר?", conversation_id=first.conversation_id)
    about("ימי חופשה", second)
    relay()
    [[person, asked]] = look(
        "MATCH (u:User)-[:ASKED]->(q:Question {id: $id}) RETURN u, q", id=second.question_id
    )
    of = str(actor.organization_id)
    assert dict(person) == {
        "id": str(member.pk),
        "email": "dana@example.test",
        "department": "משאבי אנוש",
        "organization_id": of,
    }
    assert asked["text_hash"] == fingerprint("ומה נצבר?")
    assert (asked["topic"], asked["organization_id"]) == ("ימי חופשה", of)
    assert asked["asked_at"].to_native().utcoffset() is not None
    path = """MATCH (:Question {id: $first})-[:FOLLOWED_BY]->(q:Question {id: $id})-[:CITED]->(d:Document),
        (q)-[:ABOUT]->(t:Topic), (q)<-[:ASKED]-(:User)-[:MEMBER_OF]->(o:Organization)
        RETURN d.id, d.title, t.name, o.id"""
    assert look(path, first=first.question_id, id=second.question_id) == [
        [str(leave.id), "מסמך 1", "ימי חופשה", of]
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("on_neo4j")
def test_the_graph_holds_no_words_of_a_question(actor: Actor) -> None:
    answered(actor, uuid4())
    relay()
    kept = [
        value
        for (row,) in look("MATCH (n {organization_id: $of}) RETURN n", of=actor.organization_id)
        for value in row.values()
    ]
    assert kept
    assert not any(QUESTION in str(value) for value in kept)


def test_the_same_question_from_many_at_once_is_there_once(graph: Neo4jGraph, tenant: UUID) -> None:
    asked = question(document(), document(), topic=topic(), follows=uuid4())
    graphs = [graph, *(neo4j_graph() for _ in range(3))]
    at_once(*(lambda one=graphs[number % 4]: one.put(tenant, [asked]) for number in range(WRITERS)))
    assert nodes(tenant) == {"Document": 2, "Organization": 1, "Question": 2, "Topic": 1, "User": 1}
    assert edges(tenant) == {"ABOUT": 1, "ASKED": 1, "CITED": 2, "FOLLOWED_BY": 1, "MEMBER_OF": 1}
    for each in graphs:
        each.close()


def test_a_conversation_told_all_at_once_hangs_together(graph: Neo4jGraph, tenant: UUID) -> None:
    cited, first = [document(), document()], question(topic=topic())
    turns = [replace(first, documents=tuple(cited))]
    for number in range(WRITERS - 1):
        told = tuple(cited if number % 2 else reversed(cited))
        turns.append(replace(turns[-1], id=uuid4(), documents=told, follows=turns[-1].id))
    at_once(*(lambda one=turn: graph.put(tenant, [one]) for turn in turns))
    assert nodes(tenant) == {"Document": 2, "Organization": 1, "Question": WRITERS, "Topic": 1, "User": 1}
    assert edges(tenant)["FOLLOWED_BY"] == WRITERS - 1
    assert graph.inventory(tenant) == {turn.id: turn.text_hash for turn in turns}


def test_a_question_known_only_by_its_successor_is_not_in_the_inventory(
    graph: Neo4jGraph, tenant: UUID
) -> None:
    asked = question(follows=uuid4())
    graph.put(tenant, [asked])
    assert list(graph.inventory(tenant)) == [asked.id]


def test_what_only_removed_questions_led_to_goes_with_them(graph: Neo4jGraph, tenant: UUID) -> None:
    shared, own, leave = document(), document(), topic()
    one, two = question(shared, own, topic=topic("שכר")), question(shared, topic=leave)
    graph.put(tenant, [one, two])
    graph.remove(tenant, [one.id])
    assert nodes(tenant) == {"Document": 1, "Organization": 1, "Question": 1, "Topic": 1, "User": 1}
    graph.remove(tenant, [two.id])
    assert nodes(tenant) == {"Organization": 1}


def test_writers_and_removers_at_once_leave_what_was_written_last(graph: Neo4jGraph, tenant: UUID) -> None:
    first = question(document(), topic=topic())
    same = [replace(first, id=uuid4()) for _ in range(4)]

    def write(one: GraphQuestion) -> None:
        for _ in range(5):
            try:
                graph.put(tenant, [one])
                graph.remove(tenant, [one.id])
            except GraphUnavailableError:  # what it wrote to was removed: the outbox would try again
                continue

    at_once(*(lambda one=each: write(one) for each in same))
    graph.put(tenant, same)
    assert nodes(tenant) == {"Document": 1, "Organization": 1, "Question": 4, "Topic": 1, "User": 1}
    assert edges(tenant) == {"ABOUT": 4, "ASKED": 4, "CITED": 4, "MEMBER_OF": 1}


def test_an_id_of_another_organization_is_refused(graph: Neo4jGraph, tenant: UUID) -> None:
    theirs, own = question(document()), question()
    graph.put(tenant, [theirs])
    stranger = uuid4()
    for wrong in (
        replace(own, id=theirs.id),
        replace(own, user=theirs.user),
        replace(own, follows=theirs.id),
    ):
        with pytest.raises(GraphUnavailableError):
            graph.put(stranger, [wrong])
    assert nodes(stranger) == {}
    assert graph.is_healthy()


def test_a_graph_that_was_closed_opens_again(graph: Neo4jGraph, tenant: UUID) -> None:
    asked = question()
    graph.put(tenant, [asked])
    graph.close()
    graph.close()
    assert list(graph.inventory(tenant)) == [asked.id]


def test_a_forked_process_has_a_connection_of_its_own(graph: Neo4jGraph) -> None:
    assert graph.is_healthy()
    child = multiprocessing.get_context("fork").Process(target=_exit_well, args=(graph,))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    assert graph.is_healthy()


def _exit_well(graph: Neo4jGraph) -> None:
    raise SystemExit(0 if graph.is_healthy() else 1)
