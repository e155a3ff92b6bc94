"""What the tests of the real servers share."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.types import Actor
from analytics.graph import get_graph
from analytics.graph.neo4j import Neo4jGraph
from tests.analytics.asking import GRAPH_ROUTES
from tests.stack.neo4j_server import Wire, close, forget, neo4j_graph, stack_settings


@pytest.fixture
def graph() -> Iterator[Neo4jGraph]:
    found = neo4j_graph()
    yield found
    found.close()


@pytest.fixture
def tenant() -> Iterator[UUID]:
    """Return the id of an organisation of which nothing is left after the test."""
    found = uuid4()
    yield found
    forget([found])


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as found:
        yield found


@pytest.fixture
def on_neo4j(settings: Any, actor: Actor) -> Iterator[None]:
    """Let the product itself use the server."""
    for name, value in stack_settings().items():
        setattr(settings, name, value)
    settings.OUTBOX_ROUTES = {
        **GRAPH_ROUTES,
        "turn.closed": [*GRAPH_ROUTES["turn.closed"], "analytics.projections.count_turn"],
    }
    yield
    close(get_graph())
    forget([actor.organization_id])
