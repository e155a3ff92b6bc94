"""The Neo4j of `make stack`, as the tests reach it and as they look into it."""

import time
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, LiteralString, Self
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.utils.timezone import now
from neo4j import GraphDatabase

from analytics.graph.neo4j import Neo4jGraph
from analytics.graph.port import (
    Graph,
    GraphDocument,
    GraphQuestion,
    GraphTopic,
    GraphUnavailableError,
    GraphUser,
)
from conversations.fingerprints import fingerprint
from tests.analytics.asking import QUESTION
from tests.fakes.forwarder import Forwarder
from tests.real_servers import stack_setting

DATABASE = "neo4j"
WARM_SECONDS = 180


def stack_settings() -> dict[str, str]:
    """Return the product's settings for the real server."""
    _has_planned()
    return _settings()


def _settings() -> dict[str, str]:
    names = ("NEO4J_URI", "NEO4J_USER", "NEO4J_PASSWORD")
    return {name: stack_setting(name) for name in names} | {"NEO4J_DATABASE": DATABASE}


@cache
def _has_planned() -> None:
    """Ask everything once: a server that has just started plans for longer than the product waits."""
    graph, nobody, at = neo4j_graph(), uuid4(), now()
    asked = question(document(), topic=topic())
    deadline = time.monotonic() + WARM_SECONDS
    for ask in (
        lambda: graph.put(nobody, [asked]),
        lambda: graph.questions_citing(nobody, [uuid4()], limit=1),
        lambda: graph.askers(nobody, at, at),
        lambda: graph.readers(nobody, at, at),
        lambda: graph.inventory(nobody),
        lambda: graph.remove(nobody, [asked.id]),
        lambda: forget([nobody]),
    ):
        while True:
            try:
                ask()
                break
            except GraphUnavailableError:
                assert time.monotonic() < deadline
    graph.close()


def neo4j_graph(uri: str = "") -> Neo4jGraph:
    """Return a graph with a connection of its own, as another process would have."""
    settings = _settings()
    user, password = settings["NEO4J_USER"], settings["NEO4J_PASSWORD"]
    return Neo4jGraph(uri or settings["NEO4J_URI"], user=user, password=password, database=DATABASE)


def look(statement: LiteralString, **parameters: Any) -> list[list[Any]]:
    """Return the rows of a statement, asked past the product; ids go in as text."""
    settings = _settings()
    asked = {name: str(value) if isinstance(value, UUID) else value for name, value in parameters.items()}
    auth = (settings["NEO4J_USER"], settings["NEO4J_PASSWORD"])
    with GraphDatabase.driver(settings["NEO4J_URI"], auth=auth) as driver:
        return [
            record.values() for record in driver.execute_query(statement, asked, database_=DATABASE).records
        ]


def forget(organization_ids: Iterable[UUID]) -> None:
    """Delete everything that the organisations left."""
    for organization_id in organization_ids:
        look("MATCH (n {organization_id: $of}) DETACH DELETE n", of=organization_id)


class Wire:
    """The way to the real server, which a test can cut, silence and mend; `with` opens and ends it."""

    def __init__(self) -> None:
        address = urlsplit(stack_setting("NEO4J_URI"))
        self._forwarder = Forwarder(address.hostname or "127.0.0.1", address.port or 7687)
        self.cut, self.silence = self._forwarder.cut, self._forwarder.silence

    def __enter__(self) -> Self:
        self._forwarder.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._forwarder.__exit__(*error)

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self._forwarder.port}"

    def mend(self, graph: Graph) -> None:
        """Let everything through again, and return when the graph has seen it: it rests after a failure."""
        self._forwarder.mend()
        for _ in range(200):
            if graph.is_healthy():
                return
            time.sleep(0.05)
        pytest.fail("the graph has not found its server again")


def question(*documents: GraphDocument, **changes: Any) -> GraphQuestion:
    user = GraphUser(uuid4(), "dana@example.test", "משאבי אנוש")
    made = GraphQuestion(uuid4(), fingerprint(QUESTION), now(), answered=True, user=user, documents=documents)
    return replace(made, **changes)


def document() -> GraphDocument:
    return GraphDocument(uuid4(), "נוהל חופשה")


def topic(name: str = "ימי חופשה") -> GraphTopic:
    return GraphTopic(uuid4(), name)


def close(graph: Any) -> None:
    """Close the graph of this process: its next user opens it again."""
    graph.close()
