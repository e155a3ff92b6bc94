"""Who asks about what: departments, topics and documents, and never fewer than three people behind any."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from django.utils.timezone import localdate

from accounts.access import actor_of
from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.graph.port import GraphUnavailableError
from analytics.who_asks import MOST, WhoAsks, who_asks
from config.kernel.errors import PermissionDeniedError
from retrieval import services
from tests.analytics.asking import about, answered
from tests.builders import make_user
from tests.conftest import BrowserOf

PAGE = "/admin/analytics/dailyusage/graph/"

Document = Callable[[str], UUID]


@pytest.fixture(autouse=True)
def _in_the_database(settings: Any) -> None:
    settings.NEO4J_URI = ""


@pytest.fixture
def document(manager_actor: Actor) -> Document:
    def document(title: str) -> UUID:
        return services.create_document(actor=manager_actor, title=title, content=title).id

    return document


@pytest.fixture
def people(organization: Organization, department: Department) -> list[User]:
    """Five people of one department."""
    return [make_user(organization=organization, department=department) for _number in range(5)]


@pytest.fixture
def others(organization: Organization, other_department: Department) -> list[User]:
    """Four people of another."""
    return [make_user(organization=organization, department=other_department) for _number in range(4)]


def ask(people: Sequence[User], topic: str, *document_ids: UUID) -> None:
    turns = [answered(actor_of(person), *document_ids) for person in people]
    if topic:
        about(topic, *turns)


def today(manager: User) -> WhoAsks:
    return who_asks(actor=actor_of(manager), since=localdate(), until=localdate())


def edges(found: WhoAsks) -> set[tuple[str, str, int]]:
    return {(edge.source.name, edge.target.name, edge.people) for edge in found.edges}


def test_departments_topics_and_documents_are_connected_by_how_many_people(
    manager: User, document: Document, people: list[User], others: list[User]
) -> None:
    leave, sick, parking = map(document, ("חופשה", "מחלה", "חניה"))
    ask(people, "ימי חופשה", leave)
    ask(people[:3], "ימי חופשה", sick)
    ask(people[:1], "ימי חופשה", leave, sick)
    ask(others, "ימי חופשה", leave)
    ask(others, "תו חניה", parking, leave)
    assert edges(today(manager)) == {
        ("משאבי אנוש", "ימי חופשה", 5),
        ("כספים", "ימי חופשה", 4),
        ("כספים", "תו חניה", 4),
        ("ימי חופשה", "חופשה", 9),
        ("ימי חופשה", "מחלה", 3),
        ("תו חניה", "חניה", 4),
        ("תו חניה", "חופשה", 4),
    }


def test_two_people_are_shown_nowhere(
    manager: User, document: Document, people: list[User], browser: BrowserOf
) -> None:
    ask(people[:2], "הטרדה מינית", document("תקנון הטרדה"))
    assert today(manager) == WhoAsks()
    page = browser(manager).get(PAGE).content.decode()
    assert "הטרדה" not in page
    assert "אין נתונים בתקופה זו" in page


def test_two_whom_a_document_answered_are_no_line(
    manager: User, document: Document, people: list[User]
) -> None:
    ask(people[:2], "ימי חופשה", document("חופשה"))
    ask(people[2:], "ימי חופשה")
    assert edges(today(manager)) == {("משאבי אנוש", "ימי חופשה", 5)}


def test_a_small_rest_is_not_told_by_what_is_beside_it(
    manager: User, document: Document, people: list[User], others: list[User]
) -> None:
    parking = document("חניה")
    ask(people, "תו חניה", parking)
    ask(others[:2], "תו חניה", parking)
    found = today(manager)
    assert edges(found) == {("תו חניה", "חניה", 7)}  # five of seven would tell of two
    assert found.departments == ()


def test_nothing_stands_there_alone_when_there_is_too_much_for_a_page(
    manager: User, document: Document, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(people, "ימי חופשה", document("חופשה"))
    ask(people[:3], "תו חניה", document("חניה"))
    monkeypatch.setitem(MOST, "topic", 1)
    found = today(manager)
    assert [node.name for node in (*found.topics, *found.documents)] == ["ימי חופשה", "חופשה"]
    assert found.more == 2


def test_one_person_who_asks_often_is_one_person(
    manager: User, document: Document, people: list[User]
) -> None:
    parking = document("חניה")
    for _again in range(4):
        ask(people[:1], "תו חניה", parking)
    assert today(manager) == WhoAsks()


def test_what_is_gone_and_who_is_gone_are_not_drawn(
    manager: User, document: Document, people: list[User]
) -> None:
    leave, parking = document("חופשה"), document("חניה")
    ask(people, "ימי חופשה", leave, parking)
    services.delete_document(actor=actor_of(manager), document_id=parking)
    with tenant_scope(manager.organization_id):
        for person in people[:2]:
            person.delete()
    assert edges(today(manager)) == {("משאבי אנוש", "ימי חופשה", 3), ("ימי חופשה", "חופשה", 3)}


def test_a_question_of_no_topic_is_not_drawn(manager: User, document: Document, people: list[User]) -> None:
    ask(people, "", document("חופשה"))
    assert today(manager) == WhoAsks()


def test_organisations_are_drawn_apart(outside_manager: User, document: Document, people: list[User]) -> None:
    ask(people, "ימי חופשה", document("חופשה"))
    assert today(outside_manager) == WhoAsks()


def test_a_member_sees_nothing_of_it(actor: Actor, browser: BrowserOf, member: User) -> None:
    with pytest.raises(PermissionDeniedError):
        who_asks(actor=actor, since=localdate(), until=localdate())
    assert browser(member).get(PAGE).status_code in {302, 403}


def test_the_page_has_the_same_as_lists_as_a_table_and_as_a_file(
    manager: User, document: Document, people: list[User], browser: BrowserOf
) -> None:
    ask(people, "ימי חופשה", document("=חופשה"))
    page = browser(manager).get(PAGE).content.decode()
    assert re.findall(r'data-node="(\w+)-', page) == ["department", "topic", "document"]
    [drawn] = re.findall(r'<script id="graph-edges" type="application/json">(.*?)</script>', page)
    assert [edge["people"] for edge in json.loads(drawn)] == [5, 5]
    assert page.count("<tr data-source=") == 2
    assert page.count("5 אנשים") == 3
    file = browser(manager).get(PAGE, {"format": "csv"})
    names, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert names == ["מחלקה", "נושא", "מסמך", "אנשים"]
    assert sorted(rows) == [["", "ימי חופשה", "'=חופשה", "5"], ["משאבי אנוש", "ימי חופשה", "", "5"]]


def test_no_name_and_no_address_is_on_the_page(
    manager: User, document: Document, people: list[User], browser: BrowserOf
) -> None:
    ask(people, "ימי חופשה", document("חופשה"))
    page = browser(manager).get(PAGE).content.decode()
    for person in people:
        assert all(each not in page for each in (person.username, person.email, str(person.pk)))


def test_a_graph_that_is_away_is_told(
    manager: User, browser: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise GraphUnavailableError

    monkeypatch.setattr("analytics.graph.relational.RelationalGraph.readers", away)
    page = browser(manager).get(PAGE)
    assert page.status_code == 503
    assert "אין כרגע גישה לגרף" in page.content.decode()


def test_a_period_that_is_none_is_told_at_its_form(manager: User, browser: BrowserOf) -> None:
    for since in ("אתמול", "2020-01-01"):
        assert browser(manager).get(PAGE, {"since": since}).status_code == 400
