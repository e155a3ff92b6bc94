"""The seam of the graph of who asks what; `get_graph` gives the process's one."""

import atexit
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from analytics.graph.port import Graph


def get_graph() -> Graph:
    """Return the graph of this process: Neo4j where it is configured, else the database's own rows."""
    return _neo4j(settings.NEO4J_URI) if settings.NEO4J_URI else _relational()


@cache
def _relational() -> Graph:
    graph: Graph = import_string("analytics.graph.relational.RelationalGraph")()
    return graph


@cache
def _neo4j(uri: str) -> Graph:
    # Imported only where it is used: its client takes a while to load.
    graph = import_string("analytics.graph.neo4j.Neo4jGraph")(
        uri,
        user=settings.NEO4J_USER,
        password=settings.NEO4J_PASSWORD,
        database=settings.NEO4J_DATABASE,
    )
    atexit.register(graph.close)
    return cast(Graph, graph)
