"""Who asks about what: departments, topics and documents, as far as enough people stand behind each.

The graph names people and documents. Here both are looked up in the database as they are now, and people are
counted and forgotten: what is returned has departments and numbers of people, three and more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from django.utils.timezone import get_default_timezone, make_aware

from accounts.access import require_manager
from accounts.selectors import Person, people
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.departments import MINIMUM_GROUP, shown
from analytics.graph import get_graph
from analytics.models import NO_DEPARTMENT
from analytics.periods import DAY
from analytics.topics.selectors import names_of_topics
from retrieval.access import reader_of
from retrieval.selectors import documents
from retrieval.types import DocumentRef

Kind = Literal["department", "topic", "document"]
MOST = {"department": 12, "topic": 12, "document": 24}


@dataclass(frozen=True, slots=True)
class Node:
    """A department, a topic or a document that `people` people have to do with; `key` is its place alone."""

    kind: Kind
    key: str
    name: str
    people: int

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.key}"


@dataclass(frozen=True, slots=True)
class Edge:
    """That `people` people of a department asked about a topic, or were answered about it by a document."""

    source: Node
    target: Node
    people: int


@dataclass(frozen=True, slots=True)
class WhoAsks:
    """The nodes of each kind, those of most people first, and what connects them; `more` nodes were left out,
    since no page could show them.
    """

    departments: tuple[Node, ...] = ()
    topics: tuple[Node, ...] = ()
    documents: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    more: int = 0


def who_asks(*, actor: Actor, since: date, until: date) -> WhoAsks:
    """Return who asked about what from `since` to `until`, both included.

    Raises PermissionDeniedError for anybody but a manager, GraphUnavailableError.
    """
    require_manager(actor)
    graph, begin, end = get_graph(), _begin_of(since), _begin_of(until + DAY)
    refs, names = _documents(actor), names_of_topics(organization_id=actor.organization_id)
    asked = graph.askers(actor.organization_id, begin, end)
    answered = graph.readers(actor.organization_id, begin, end)
    home = people(organization_id=actor.organization_id, user_ids=set().union(*asked.values()))
    by_topic = {topic: who & home.keys() for topic, who in asked.items() if topic in names}
    by_pair = {
        pair: who & home.keys() for pair, who in answered.items() if pair[0] in names and pair[1] in refs
    }
    by_document: dict[UUID, set[UUID]] = defaultdict(set)
    for (_topic, document), who in by_pair.items():
        by_document[document] |= who
    topics = _nodes("topic", ((each, names[each], who) for each, who in by_topic.items()))
    read = _nodes("document", ((each, refs[each].title, who) for each, who in by_document.items()))
    asking = [edge for each, topic in topics.items() for edge in _asking(topic, by_topic[each], home)]
    answering = [
        Edge(topics[topic], read[document], len(who))
        for (topic, document), who in by_pair.items()
        if topic in topics and document in read and len(who) >= MINIMUM_GROUP
    ]
    return _as_far_as_seen([*asking, *answering])


def _begin_of(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min), get_default_timezone())


def _documents(actor: Actor) -> dict[UUID, DocumentRef]:
    with tenant_scope(actor.organization_id):
        rows = documents(reader_of(actor)).values_list("id", "title", "category")
        return {row[0]: DocumentRef(*row) for row in rows}


def _nodes(kind: Kind, counted: Iterable[tuple[UUID, str, set[UUID]]]) -> dict[UUID, Node]:
    """Return those behind which enough people stand."""
    return {
        key: Node(kind, str(key), name, len(who)) for key, name, who in counted if len(who) >= MINIMUM_GROUP
    }


def _asking(topic: Node, who: set[UUID], home: Mapping[UUID, Person]) -> Iterator[Edge]:
    """Yield which departments ask about the topic. How many people do is shown as well, so what is hidden of
    them must not be a small group either.
    """
    members = Counter(home[each].department_id or NO_DEPARTMENT for each in who)
    names = {person.department_id: person.department for person in home.values()}
    sizes = Counter(person.department_id for person in home.values())
    for each in shown(members):
        yield Edge(Node("department", str(each), names[each], sizes[each]), topic, members[each])


def _as_far_as_seen(edges: Sequence[Edge]) -> WhoAsks:
    """Return as many nodes as a page can show, those of most people, with the edges between them; none stands
    there alone.
    """
    nodes = {node for edge in edges for node in (edge.source, edge.target)}
    seen: set[Node] = set()
    for kind, most in MOST.items():
        alike = (node for node in nodes if node.kind == kind)
        seen |= {*sorted(alike, key=_by_people)[:most]}
    between = [edge for edge in edges if edge.source in seen and edge.target in seen]
    kept = {node for edge in between for node in (edge.source, edge.target)}
    departments, topics, read = (
        tuple(sorted((node for node in kept if node.kind == kind), key=_by_people)) for kind in MOST
    )
    return WhoAsks(
        departments=departments,
        topics=topics,
        documents=read,
        edges=tuple(sorted(between, key=lambda edge: (-edge.people, edge.source.name, edge.target.name))),
        more=len(nodes) - len(kept),
    )


def _by_people(node: Node) -> tuple[int, str, str]:
    return -node.people, node.name, node.key
