"""What a store outside of the database is told, and that nothing is lost while it is away."""

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from config.kernel.outbox import pending
from config.kernel.outbox.relay import relay
from retrieval import ingest, services, shelving
from retrieval.models import Document
from retrieval.types import EVERYONE
from retrieval.vectors.port import StoredPassage, StoreUnavailableError
from tests.retrieval.conftest import PASSWORDS, VACATION, AddDocument, index


class FakeStore:
    """Keeps what it is told; `away` makes it refuse everything."""

    name = "fake"

    def __init__(self) -> None:
        self.passages: dict[UUID, StoredPassage] = {}
        self.away = False

    def put(self, _organization_id: UUID, passages: Sequence[StoredPassage]) -> None:
        self._answer()
        self.passages.update({passage.id: passage for passage in passages})

    def remove(self, _organization_id: UUID, passage_ids: Collection[UUID]) -> None:
        self._answer()
        for passage_id in passage_ids:
            self.passages.pop(passage_id, None)

    def stored_ids(self, _organization_id: UUID) -> set[UUID]:
        self._answer()
        return set(self.passages)

    def _answer(self) -> None:
        if self.away:
            raise StoreUnavailableError


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    fake = FakeStore()
    for module in (ingest, shelving):
        monkeypatch.setattr(module, "get_store", lambda: fake)
    return fake


def rows_of(document: Document) -> set[UUID]:
    with tenant_scope(document.organization_id):
        return set(document.passages.values_list("id", flat=True))


def update(manager: User, document: Document, **changes: object) -> None:
    wanted = services.DocumentChanges(**changes)  # type: ignore[arg-type]
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=wanted)


def test_passages_are_stored_with_all_that_finds_them(
    manager: User, department: Department, add_document: AddDocument, store: FakeStore
) -> None:
    document = add_document(manager, "נוהל חופשה", VACATION, category="hr", departments=(department,))
    [stored] = store.passages.values()
    assert {stored.id} == rows_of(document)
    assert (stored.document_id, stored.title, stored.content) == (document.id, "נוהל חופשה", VACATION)
    assert (stored.category, stored.audience) == ("hr", frozenset({f"department:{department.pk}"}))
    assert (stored.embedder, stored.vector is not None) == ("hashed", True)


def test_a_new_version_takes_the_place_of_the_old_one(
    manager: User, add_document: AddDocument, store: FakeStore
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    old = rows_of(document)
    update(manager, document, content=PASSWORDS)
    index(document)
    assert store.passages.keys() == old | rows_of(document)  # old ones are still found until all see new ones
    relay()
    assert store.passages.keys() == rows_of(document) != old


def test_a_new_audience_reaches_the_store(
    manager: User, department: Department, add_document: AddDocument, store: FakeStore
) -> None:
    document = add_document(manager, "נוהל", VACATION, departments=(department,))
    update(manager, document, department_ids=[], category="all")
    relay()
    [stored] = store.passages.values()
    assert (stored.audience, stored.category) == (frozenset({EVERYONE}), "all")


def test_changes_while_the_store_is_away_succeed_and_reach_it_later(
    manager: User, add_document: AddDocument, store: FakeStore
) -> None:
    kept, deleted = add_document(manager, "נוהל", VACATION), add_document(manager, "סיסמאות", PASSWORDS)
    store.away = True
    update(manager, kept, category="hr")
    services.delete_document(actor=actor_of(manager), document_id=deleted.id)
    routes = {"retrieval.shelving.relabel", "retrieval.shelving.forget"}
    assert relay().failed >= 2
    assert routes <= pending().keys()
    store.away = False
    call_command("reindex", verbosity=0)
    assert [each.category for each in store.passages.values()] == ["hr"]
    assert store.passages.keys() == rows_of(kept)


def test_indexing_while_the_store_is_away_fails_and_shows_nothing_until_it_is_repeated(
    manager: User, add_document: AddDocument, store: FakeStore
) -> None:
    document = add_document(manager, "נוהל", VACATION, indexed=False)
    store.away = True
    with pytest.raises(StoreUnavailableError):
        index(document)
    assert rows_of(document) == set()
    store.away = False
    assert index(document).status == "indexed"
    assert store.passages.keys() == rows_of(document)


def test_a_refill_takes_nothing_out_while_documents_are_being_indexed(
    manager: User, add_document: AddDocument, store: FakeStore
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    [stored] = store.passages.values()
    about_to_appear = uuid4()
    store.passages[about_to_appear] = stored
    with tenant_scope(document.organization_id):
        Document.objects.update(status=Document.Status.INDEXING)
    assert shelving.refill(document.organization_id, lambda _count: None) == shelving.Refilled(1, 0)
    with tenant_scope(document.organization_id):
        Document.objects.update(status=Document.Status.INDEXED)
    assert shelving.refill(document.organization_id, lambda _count: None) == shelving.Refilled(1, 1)
    assert about_to_appear not in store.passages
