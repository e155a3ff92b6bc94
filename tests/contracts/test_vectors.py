"""What every store of passages promises to the search."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from accounts.models import Department, Organization
from accounts.tenancy import tenant_scope
from config.kernel.hebrew.normalise import search_text, search_tokens
from retrieval import index_state
from retrieval.embeddings.port import Vectors
from retrieval.models import Document, Passage
from retrieval.ranking import Hit
from retrieval.types import EVERYONE, conversation_audience
from retrieval.vectors.embedded import EmbeddedStore
from retrieval.vectors.port import StoredPassage, StoreQuery, VectorStore
from tests.fakes.embeddings import HashedEmbedder

EMBEDDER = HashedEmbedder()
EVERYONE_ALONE = frozenset({EVERYONE})


class Shelves:
    """One store with rows behind it, as indexing would leave both."""

    def __init__(self, store: VectorStore, organization_id: UUID) -> None:
        self.store = store
        self.organization_id = organization_id

    def add(
        self, *texts: str, department: Department | None = None, category: str = "", **changes: object
    ) -> list[UUID]:
        """Add one document with these passages and return their ids."""
        with tenant_scope(self.organization_id):
            fields = {"embedder": EMBEDDER.name, "indexed_version": 1} | changes
            document = Document(title="מסמך", category=category, restricted=department is not None, **fields)
            document.save()
            if department:
                document.departments.set([department])
            rows = [self._row(document, ordinal, text) for ordinal, text in enumerate(texts)]
            self.store.put(self.organization_id, [self._stored(row, department) for row in rows])
            Passage.objects.bulk_create(rows)
            index_state.bump(document.id)
        return [row.id for row in rows]

    def remove(self, passage_ids: list[UUID]) -> None:
        with tenant_scope(self.organization_id):
            removed = Document.objects.filter(passages__in=passage_ids)
            for document_id in removed.values_list("id", flat=True).distinct():
                Document.objects.filter(id=document_id).update(indexed_version=None)
                index_state.bump(document_id)
        self.store.remove(self.organization_id, passage_ids)

    def search(self, question: str, **details: object) -> tuple[list[UUID], list[UUID] | None]:
        """Return the ids that each leg found."""
        legs = self.store.search(self.query(question, **details))
        return ids(legs.lexical), None if legs.dense is None else ids(legs.dense)

    def query(self, question: str, **details: object) -> StoreQuery:
        asked: dict[str, object] = {
            "organization_id": self.organization_id,
            "tokens": search_tokens(question),
            "vector": vector_of(question),
            "embedder": EMBEDDER.name,
            "audience": EVERYONE_ALONE,
        }
        return StoreQuery(**(asked | details))  # type: ignore[arg-type]

    def _row(self, document: Document, ordinal: int, text: str) -> Passage:
        return Passage(
            document=document,
            ordinal=ordinal,
            text=text,
            start=0,
            end=len(text),
            search_text=search_text(text),
            text_hash=str(uuid4()),
            embedding=vector_of(text).tobytes(),
        )

    def _stored(self, row: Passage, department: Department | None) -> StoredPassage:
        audience = frozenset({f"department:{department.pk}"}) if department else EVERYONE_ALONE
        return StoredPassage(
            id=row.id,
            document_id=row.document_id,
            title=row.document.title,
            content=row.text,
            search_text=row.search_text,
            vector=vector_of(row.text),
            embedder=row.document.embedder,
            audience=audience
            if row.document.conversation_id is None
            else files_of(row.document.conversation_id),
            category=row.document.category,
            conversation_id=row.document.conversation_id,
        )


def files_of(conversation_id: UUID) -> frozenset[str]:
    return frozenset({conversation_audience(conversation_id)})


def vector_of(text: str) -> Vectors:
    vector: Vectors = EMBEDDER.embed([text], "passage")[0]
    return vector


def ids(hits: tuple[Hit, ...]) -> list[UUID]:
    return [hit.passage_id for hit in hits]


@pytest.fixture(params=["embedded", pytest.param("weaviate", marks=pytest.mark.stack)])
def make_store(
    request: pytest.FixtureRequest, organization: Organization, other_organization: Organization
) -> Iterator[Callable[[], VectorStore]]:
    if request.param == "embedded":
        yield EmbeddedStore
        return
    from tests.stack.weaviate_server import weaviate_store

    made: list[Any] = []

    def make() -> VectorStore:
        made.append(weaviate_store())
        return made[-1]  # type: ignore[no-any-return]

    yield make
    for each in (organization, other_organization):
        made[0].remove_organization(each.pk)
    for store in made:
        store.close()


@pytest.fixture
def shelves(make_store: Callable[[], VectorStore], organization: Organization) -> Shelves:
    return Shelves(make_store(), organization.pk)


def test_both_legs_find_the_passage_that_fits_best_first(shelves: Shelves) -> None:
    vacation, password = shelves.add("מכסת החופשה השנתית", "סיסמת הכניסה לרשת")
    lexical, dense = shelves.search("מהי מכסת החופשה?")
    assert lexical == [vacation]
    assert dense is not None
    assert dense[0] == vacation
    assert set(dense) == {vacation, password}


def test_scores_fall_and_are_cosines_in_the_dense_leg(shelves: Shelves) -> None:
    shelves.add("חופשה שנתית", "חופשה", "סיסמה")
    legs = shelves.store.search(shelves.query("חופשה"))
    assert legs.dense is not None
    for leg in (legs.lexical, legs.dense):
        assert [hit.score for hit in leg] == sorted((hit.score for hit in leg), reverse=True)
    assert legs.dense[0].score == pytest.approx(1, abs=1e-3)
    assert all(hit.score > 0 for hit in legs.lexical)


def test_the_background_is_that_of_all_visible_passages(shelves: Shelves, department: Department) -> None:
    texts = ["חופשה שנתית", "חופשה", "סיסמה"]
    shelves.add(*texts)
    shelves.add("חופשה", department=department)
    cosines = [float(vector_of("חופשה") @ vector_of(text)) for text in texts]
    background = shelves.store.search(shelves.query("חופשה", limit=1)).background
    assert background is not None
    assert background.mean == pytest.approx(np.mean(cosines), abs=1e-3)
    assert background.deviation == pytest.approx(np.std(cosines), abs=1e-3)


def test_each_leg_is_cut_at_the_limit(shelves: Shelves) -> None:
    shelves.add(*(f"חופשה {number}" for number in range(9)))
    lexical, dense = shelves.search("חופשה", limit=4)
    assert (len(lexical), len(dense or ())) == (4, 4)


def test_without_a_vector_there_is_no_dense_leg(shelves: Shelves) -> None:
    [passage] = shelves.add("חופשה")
    assert shelves.search("חופשה", vector=None) == ([passage], None)


def test_an_empty_store_and_a_question_of_stop_words_find_nothing_by_words(shelves: Shelves) -> None:
    assert shelves.search("חופשה") == ([], [])
    shelves.add("חופשה")
    assert shelves.search("מה זה?")[0] == []


def test_vectors_of_another_embedder_are_never_compared(shelves: Shelves) -> None:
    [passage] = shelves.add("חופשה", embedder="another")
    lexical, dense = shelves.search("חופשה")
    assert (lexical, dense) == ([passage], [])


def test_a_vector_of_another_size_finds_nothing_by_meaning(shelves: Shelves) -> None:
    [passage] = shelves.add("חופשה")
    assert shelves.search("חופשה", vector=np.ones(7, np.float32)) == ([passage], [])


def test_organizations_do_not_see_each_other(shelves: Shelves, other_organization: Organization) -> None:
    foreign = Shelves(shelves.store, other_organization.pk)
    [own], [theirs] = shelves.add("חופשה"), foreign.add("חופשה")
    assert shelves.search("חופשה") == ([own], [own])
    assert foreign.search("חופשה") == ([theirs], [theirs])


def test_a_restricted_passage_is_found_by_its_department_alone(
    shelves: Shelves, department: Department, other_department: Department
) -> None:
    [common], [restricted] = shelves.add("חופשה"), shelves.add("חופשה", department=department)
    for tokens, expected in (
        ({EVERYONE}, {common}),
        ({EVERYONE, f"department:{department.pk}"}, {common, restricted}),
        ({EVERYONE, f"department:{other_department.pk}"}, {common}),
        (set(), set()),
    ):
        lexical, dense = shelves.search("חופשה", audience=frozenset(tokens))
        assert set(lexical) == set(dense or ()) == expected
    assert set(shelves.search("חופשה", audience=None)[0]) == {common, restricted}


def test_the_files_of_a_conversation_are_apart_from_documents_and_from_each_other(shelves: Shelves) -> None:
    here, elsewhere = uuid4(), uuid4()
    [document] = shelves.add("מכסת החופשה בנוהל")
    [file] = shelves.add("מכסת החופשה בחוזה", conversation_id=here)
    [other] = shelves.add("מכסת החופשה בהצעה", conversation_id=elsewhere)
    assert shelves.search("מכסת החופשה") == ([document], [document])
    assert shelves.search("מכסת החופשה", audience=None) == ([document], [document])
    for place, found in ((here, file), (elsewhere, other)):
        own = {"conversation_id": place, "audience": files_of(place)}
        assert shelves.search("מכסת החופשה", **own) == ([found], [found])
    assert shelves.store.stored_ids(shelves.organization_id) == {document, file, other}
    shelves.remove([file])
    gone = {"conversation_id": here, "audience": files_of(here)}
    assert shelves.search("מכסת החופשה", **gone) == ([], [])


def test_a_category_narrows_both_legs(shelves: Shelves) -> None:
    [_hr], [it] = shelves.add("חופשה", category="hr"), shelves.add("חופשה", category="it")
    assert shelves.search("חופשה", category="it") == ([it], [it])


def test_additions_and_removals_are_seen_at_the_next_search(shelves: Shelves) -> None:
    first = shelves.add("חופשה")
    assert shelves.search("חופשה")[0] == first
    second = shelves.add("חופשה", "סיסמה")
    assert set(shelves.search("חופשה")[0]) == {*first, second[0]}
    shelves.remove(first)
    assert shelves.search("חופשה")[0] == [second[0]]
    assert set(shelves.search("חופשה")[1] or ()) == set(second)


def test_a_second_process_finds_the_same(shelves: Shelves, make_store: Callable[[], VectorStore]) -> None:
    passages = shelves.add("חופשה שנתית", "חופשה")
    again = Shelves(make_store(), shelves.organization_id)
    assert set(again.search("חופשה")[0]) == set(passages)
    assert again.search("חופשה") == shelves.search("חופשה")


def test_an_organization_can_be_forgotten(shelves: Shelves) -> None:
    passages = shelves.add("חופשה")
    shelves.search("חופשה")
    with tenant_scope(shelves.organization_id):
        Document.objects.filter(passages__in=passages).delete()
    shelves.store.remove_organization(shelves.organization_id)
    assert shelves.search("חופשה") == ([], [])


def test_removing_what_is_not_there_is_no_error(shelves: Shelves) -> None:
    shelves.store.remove(shelves.organization_id, [uuid4()])
    shelves.store.remove_organization(uuid4())
    assert shelves.store.is_healthy()


def test_memory_is_bounded_by_forgetting_the_longest_unused_organization(
    organization: Organization, other_organization: Organization
) -> None:
    store = EmbeddedStore(max_passages=3)
    one, other = Shelves(store, organization.pk), Shelves(store, other_organization.pk)
    passages = one.add("חופשה", "חופשה שנתית")
    other.add("חופשה", "סיסמה")
    assert set(one.search("חופשה")[0]) == set(passages)
    other.search("חופשה")
    assert store.organizations_in_memory() == [other_organization.pk]
    assert set(one.search("חופשה")[0]) == set(passages)
