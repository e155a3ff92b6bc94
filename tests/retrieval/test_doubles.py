"""The same content twice in one organisation is said and not indexed; how far a job is, can be seen."""

from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from retrieval import jobs, originals, passages, services
from retrieval.errors import DocumentExistsError
from retrieval.extract import Extracted
from retrieval.models import Document
from tests.conftest import ApiClientOf
from tests.fakes.embeddings import HashedEmbedder
from tests.retrieval.conftest import PASSWORDS, VACATION, AddDocument, index
from tests.retrieval.made_files import GOOD_PDF


def file(name: str, data: bytes) -> services.Upload:
    return services.Upload(name, data)


def test_the_same_text_is_refused_and_the_other_document_named(
    manager: User, outside_manager: User, add_document: AddDocument
) -> None:
    first = add_document(manager, "נוהל", VACATION, indexed=False)
    with pytest.raises(DocumentExistsError) as refusal:
        add_document(manager, "עותק", f"  {VACATION}\n\n", indexed=False)
    assert refusal.value.details == {"id": str(first.id), "title": "נוהל"}
    add_document(outside_manager, "נוהל", VACATION, indexed=False)
    services.delete_document(actor=actor_of(manager), document_id=first.id)
    add_document(manager, "עותק", VACATION, indexed=False)


def test_a_change_cannot_make_a_document_another_ones_double(
    manager: User, add_document: AddDocument
) -> None:
    add_document(manager, "נוהל", VACATION, indexed=False)
    other = add_document(manager, "סיסמאות", PASSWORDS, indexed=False)
    with pytest.raises(DocumentExistsError):
        services.update_document(
            actor=actor_of(manager), document_id=other.id, changes=services.DocumentChanges(content=VACATION)
        )


def test_the_same_file_is_refused_before_it_is_read(manager: User) -> None:
    services.create_document(actor=actor_of(manager), content=file("a.pdf", GOOD_PDF))
    with pytest.raises(DocumentExistsError):
        services.create_document(actor=actor_of(manager), content=file("b.pdf", GOOD_PDF))


def test_a_file_that_turns_out_to_hold_a_known_text_is_rejected(
    manager: User, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_document(manager, "נוהל", VACATION)
    document = services.create_document(actor=actor_of(manager), content=file("a.pdf", GOOD_PDF))
    monkeypatch.setattr(originals, "extract", lambda *_args, **_options: Extracted(VACATION))
    document = index(document)
    assert (document.status, document.error_code) == ("rejected", "document_exists")
    assert document.indexed_version is None


def test_the_interface_says_which_document_it_is(
    api: ApiClientOf, manager: User, add_document: AddDocument
) -> None:
    first = add_document(manager, "נוהל", VACATION, indexed=False)
    answer = api(manager).post("/api/v1/documents", {"title": "עותק", "content": VACATION}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "document_exists")
    assert answer.json()["details"] == {"id": str(first.id), "title": "נוהל"}


def long_text() -> str:
    return "\n\n".join(f"פסקה {number}. {VACATION} " * 6 for number in range(30))


def test_the_stage_and_its_share_are_seen_while_a_document_is_embedded(
    manager: User, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add_document(manager, "נוהל", long_text(), indexed=False)
    seen: set[tuple[str, str, int]] = set()
    embed = HashedEmbedder.embed

    def watched(self: Any, *args: Any) -> Any:
        seen.update(Document.objects.values_list("status", "stage", "progress"))
        return embed(self, *args)

    monkeypatch.setattr(HashedEmbedder, "embed", watched)
    document = index(document)
    assert {(status, stage) for status, stage, _share in seen} == {("indexing", "embedding")}
    assert len({share for _status, _stage, share in seen}) > 2
    assert (document.status, document.stage, document.progress) == ("indexed", "", 0)


def test_cancelling_stops_the_embedding_of_a_long_document(
    manager: User, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add_document(manager, "נוהל", long_text(), indexed=False)
    embedded: list[str] = []

    def cancelling(source: Any, *_args: Any, **_options: Any) -> None:
        if not embedded:
            jobs.cancel_indexing(actor=actor_of(manager), document_id=document.id)
        embedded.append(source.title)

    monkeypatch.setattr(passages, "_embed", cancelling)
    assert index(document).error_code == "indexing_cancelled"
    assert len(embedded) == 10
    with tenant_scope(manager.organization_id):
        assert not document.passages.exists()
