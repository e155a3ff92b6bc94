"""From a stored document to passages that can be found, and what happens when that goes wrong."""

from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.utils import timezone

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from config.kernel.outbox import OutboxMessage
from retrieval import embeddings, ingest, passages, services
from retrieval.embeddings.port import EmbeddingsUnavailableError
from retrieval.models import Document, IndexState, Passage
from retrieval.search import find_passages
from tests.fakes.embeddings import HashedEmbedder
from tests.retrieval.conftest import PASSWORDS, VACATION, AddDocument, ReaderOf, index


def passages_of(document: Document) -> list[Passage]:
    with tenant_scope(document.organization_id):
        return list(document.passages.order_by("ordinal"))


def index_version(document: Document) -> int:
    with tenant_scope(document.organization_id):
        return int(IndexState.objects.get().version)


def test_a_document_waits_until_it_is_indexed(
    manager: User, add_document: AddDocument, reader: ReaderOf
) -> None:
    document = add_document(manager, "חופשה", VACATION, indexed=False)
    assert document.status == "pending"
    assert find_passages(question="מכסת החופשה", reader=reader(manager)).passages == ()
    document = index(document)
    assert (document.status, document.indexed_version) == ("indexed", document.version)
    assert [found.text for found in find_passages(question="מכסת החופשה", reader=reader(manager)).passages]


def test_the_upload_event_leads_to_the_index(manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "חופשה", VACATION, indexed=False)
    message = OutboxMessage(
        id=uuid4(),
        event="document.uploaded",
        organization_id=document.organization_id,
        payload={"document_id": str(document.id), "version": 1},
        created_at=timezone.now(),
    )
    ingest.index_uploaded(message)
    first = [passage.id for passage in passages_of(document)]
    ingest.index_uploaded(message)
    assert [passage.id for passage in passages_of(document)] == first != []


def test_passages_carry_what_search_and_quoting_need(manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "נוהל חופשה", f"# נוהל חופשה\n\n## מכסה\n\n{VACATION}")
    [passage] = passages_of(document)
    quotes = [passage.text[start:end] for start, end in passage.sentence_spans]
    assert (passage.heading, passage.text) == ("מכסה", VACATION)
    assert document.content[passage.start : passage.end] == passage.text
    assert "".join(quotes).replace(".", "") == VACATION.replace(". ", "").replace(".", "")
    assert {"=נוהל", "=מכסה"} <= set(passage.search_text.split())
    assert passage.embedding is not None
    assert passage.sentence_embeddings is not None
    dimensions = HashedEmbedder.dimensions
    assert np.frombuffer(passage.embedding, np.float32).shape == (dimensions,)
    assert np.frombuffer(passage.sentence_embeddings, np.float32).size == len(quotes) * dimensions


def test_sentences_can_be_left_out(manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "חופשה", VACATION, indexed=False)
    with tenant_scope(document.organization_id):
        services.index_document(document.id, with_sentences=False)
    assert passages_of(document)[0].sentence_embeddings is None


def test_indexing_again_keeps_the_ids_of_unchanged_text(manager: User, add_document: AddDocument) -> None:
    paragraphs = [f"{VACATION} " * 6, f"{PASSWORDS} " * 6, "מילים אחרות לגמרי בפסקה הזאת. " * 16]
    document = add_document(manager, "נוהל", "\n\n".join(paragraphs))
    before = {passage.text: passage.id for passage in passages_of(document)}
    assert len(before) == 3
    paragraphs[1] = "פסקה חדשה במקום הפסקה הקודמת שנמחקה כאן. " * 10
    changes = services.DocumentChanges(content="\n\n".join(paragraphs))
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
    index(document)
    after = {passage.text: passage.id for passage in passages_of(document)}
    assert {text: after[text] for text in before if text in after} == {
        text: passage_id for text, passage_id in before.items() if text in after
    }
    assert len(set(before) & set(after)) == 2


def test_the_old_version_is_found_until_the_new_one_is_complete(
    manager: User, add_document: AddDocument, reader: ReaderOf
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    changes = services.DocumentChanges(content=PASSWORDS)
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)

    def texts() -> list[str]:
        return [
            found.text for found in find_passages(question="חופשה סיסמה", reader=reader(manager)).passages
        ]

    assert texts() == [VACATION]
    assert index(document).status == "indexed"
    assert texts() == [PASSWORDS]


def test_a_change_during_indexing_is_not_overwritten(
    manager: User, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add_document(manager, "נוהל", VACATION, indexed=False)
    make_passages = passages.make_passages

    def meanwhile(*args: object, **options: object) -> list[Passage]:
        changes = services.DocumentChanges(content=PASSWORDS)
        services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
        return make_passages(*args, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "make_passages", meanwhile)
        assert index(document).status == "pending"
    assert passages_of(document) == []
    assert index(document).status == "indexed"
    assert [passage.text for passage in passages_of(document)] == [PASSWORDS]


def test_a_document_deleted_during_indexing_stays_away(
    manager: User, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add_document(manager, "נוהל", VACATION, indexed=False)
    make_passages = passages.make_passages

    def meanwhile(*args: object, **options: object) -> list[Passage]:
        services.delete_document(actor=actor_of(manager), document_id=document.id)
        return make_passages(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "make_passages", meanwhile)
    assert index(document).indexed_version is None
    assert passages_of(document) == []


def test_a_model_that_is_down_marks_the_document_and_is_tried_again(
    manager: User, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add_document(manager, "נוהל", VACATION, indexed=False)

    def down(*_args: object) -> None:
        raise EmbeddingsUnavailableError

    with monkeypatch.context() as patch:
        patch.setattr(HashedEmbedder, "embed", down)
        with pytest.raises(EmbeddingsUnavailableError):
            index(document)
    with tenant_scope(document.organization_id):
        document.refresh_from_db()
    assert (document.status, document.error_code) == ("failed", "indexing_failed")
    assert (index(document).status, document.error_code) == ("indexed", "")


def test_every_visible_change_raises_the_version_of_the_index(
    manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    versions = [index_version(document)]
    changes = services.DocumentChanges(category="hr")
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
    versions.append(index_version(document))
    services.delete_document(actor=actor_of(manager), document_id=document.id)
    versions.append(index_version(document))
    assert versions == sorted(set(versions))


def test_the_index_remembers_whose_vectors_it_holds(manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "נוהל", VACATION)
    with tenant_scope(document.organization_id):
        state = IndexState.objects.get()
    assert (state.embedder, state.dimensions) == ("hashed", HashedEmbedder.dimensions)


def test_another_embedder_forces_indexing_again(
    manager: User, add_document: AddDocument, reader: ReaderOf, settings: Any
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    settings.EMBEDDINGS_BACKEND = "lexical"
    assert embeddings.name() == "lexical"
    [found] = find_passages(question="מכסת החופשה", reader=reader(manager)).passages
    assert (found.dense, found.score) == (None, 1.0)
    assert index(document).embedder == "lexical"
    assert passages_of(document)[0].embedding is None


def test_a_model_that_cannot_be_loaded_leaves_words_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(embeddings._ADAPTERS, "absent", "retrieval.embeddings.absent.Absent")
    with caplog.at_level("WARNING"):
        assert embeddings._embedder("absent") is None
    assert "embedding model is missing" in caplog.text
