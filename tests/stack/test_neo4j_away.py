"""What happens while the real Neo4j is away, silent, or refuses."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.types import Actor
from analytics.graph import get_graph, neo4j_connection
from analytics.graph.neo4j import Neo4jGraph
from analytics.graph.port import GraphUnavailableError
from config import probes
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import RelayReport, relay
from config.kernel.outbox.resting import slow_failures
from conversations import organizing
from tests.analytics.asking import answered
from tests.stack.neo4j_server import Wire, close, document, neo4j_graph, question, stack_settings

pytestmark = pytest.mark.stack


def test_a_server_that_is_away_is_an_error_until_it_is_back(wire: Wire, tenant: UUID) -> None:
    asked, graph = question(document()), neo4j_graph(wire.uri)
    graph.put(tenant, [asked])
    for _ in range(2):
        wire.cut()
        assert not graph.is_healthy()
        attempts: list[Callable[[], object]] = [
            lambda: graph.put(tenant, [asked]),
            lambda: graph.remove(tenant, [asked.id]),
            lambda: graph.questions_citing(tenant, [asked.documents[0].id], limit=5),
            lambda: graph.inventory(tenant),
        ]
        for attempt in attempts:
            with pytest.raises(GraphUnavailableError):
                attempt()
        wire.mend(graph)
        assert graph.questions_citing(tenant, [asked.documents[0].id], limit=5) == [asked.id]
    graph.close()


def test_a_server_that_falls_silent_is_an_error_as_well(
    wire: Wire, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_connection, "TOTAL_SECONDS", 1)
    graph = neo4j_graph(wire.uri)
    assert graph.is_healthy()
    wire.silence()
    for _ in range(2):
        with pytest.raises(GraphUnavailableError):
            graph.put(tenant, [question()])
        assert not graph.is_healthy()
    graph.close()


def test_a_wrong_password_is_an_error() -> None:
    settings = stack_settings()
    graph = Neo4jGraph(settings["NEO4J_URI"], user=settings["NEO4J_USER"], password="wrong")
    with pytest.raises(GraphUnavailableError):
        graph.inventory(uuid4())
    graph.close()


@pytest.mark.django_db
@pytest.mark.usefixtures("on_neo4j")
def test_turns_wait_while_the_graph_is_away_and_nothing_else_does(
    settings: Any, wire: Wire, actor: Actor
) -> None:
    settings.NEO4J_URI = wire.uri
    wire.cut()
    gone, kept = answered(actor, uuid4()), answered(actor, uuid4())
    organizing.delete_conversation(actor=actor, conversation_id=gone.conversation_id)
    assert relay() == RelayReport(done=2, failed=2)  # counted both; each route to the graph was tried once
    assert set(OutboxRow.objects.filter(completed_at=None).values_list("event", flat=True)) == {
        "turn.closed",
        "conversation.deleted",
    }
    wire.mend(get_graph())
    slow_failures.forget()
    waiting = OutboxRow.objects.filter(completed_at=None)
    waiting.update(available_at=waiting.order_by("created_at")[0].created_at)
    assert relay().failed == 0
    assert list(get_graph().inventory(actor.organization_id)) == [kept.question_id]


async def test_health_tells_how_the_graph_is(settings: Any, wire: Wire) -> None:
    settings.NEO4J_URI = ""
    assert await probes.graph() == "off"
    for name, value in stack_settings().items():
        setattr(settings, name, value)
    settings.NEO4J_URI = wire.uri
    assert await probes.graph() == "ok"
    wire.cut()
    assert await probes.graph() == "down"
    close(get_graph())
