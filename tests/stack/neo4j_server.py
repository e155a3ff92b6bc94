"""The Neo4j of `make stack`, as the tests reach it and as they look into it."""

from collections.abc import Iterable
from typing import Any, LiteralString
from uuid import UUID

from neo4j import GraphDatabase

from analytics.graph.neo4j import Neo4jGraph
from tests.real_servers import stack_setting

DATABASE = "neo4j"


def stack_settings() -> dict[str, str]:
    """Return the product's settings for the real server."""
    names = ("NEO4J_URI", "NEO4J_USER", "NEO4J_PASSWORD")
    return {name: stack_setting(name) for name in names} | {"NEO4J_DATABASE": DATABASE}


def neo4j_graph(uri: str = "") -> Neo4jGraph:
    """Return a graph with a connection of its own, as another process would have."""
    settings = stack_settings()
    user, password = settings["NEO4J_USER"], settings["NEO4J_PASSWORD"]
    return Neo4jGraph(uri or settings["NEO4J_URI"], user=user, password=password, database=DATABASE)


def look(statement: LiteralString, **parameters: Any) -> list[list[Any]]:
    """Return the rows of a statement, asked past the product; ids go in as text."""
    settings = stack_settings()
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
