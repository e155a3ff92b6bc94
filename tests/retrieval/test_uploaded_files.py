"""From an uploaded file to its passages: read by the job, with its pages, or refused with a reason."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.storage import default_storage

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from config.kernel.errors import ConflictError
from retrieval import jobs, services
from retrieval.extract import Extracted, recognition
from retrieval.extract import readers as extract_readers
from retrieval.models import Document
from retrieval.services import Upload
from tests.retrieval.conftest import VACATION, index
from tests.retrieval.made_files import GOOD_PDF, locked_pdf, png

SAMPLES = Path(__file__).parent / "data" / "pdf"


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in this process; `test_hostile_files` has the confined one."""

    def read(data: bytes, *, filename: str, mime: str, progress: Any) -> Extracted:
        return extract_readers.read_file(data, filename, mime, progress=progress)

    monkeypatch.setattr("retrieval.extract.read_confined", read)


def uploaded(manager: User, name: str, data: bytes, **details: Any) -> Document:
    return services.create_document(actor=actor_of(manager), content=Upload(name, data), **details)


def word_document() -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_heading("נוהל חופשה שנתית", 1)
    document.add_paragraph(VACATION)
    document.save(target)
    return target.getvalue()


def test_a_file_waits_until_the_job_has_read_it(manager: User) -> None:
    document = uploaded(manager, "קובץ.docx", word_document())
    assert (document.status, document.content, document.title) == ("pending", "", "קובץ")
    document = index(document)
    assert (document.status, document.title) == ("indexed", "נוהל חופשה שנתית")
    with tenant_scope(document.organization_id):
        assert [passage.text for passage in document.passages.all()] == [VACATION]


def test_a_title_that_was_given_stays(manager: User) -> None:
    assert index(uploaded(manager, "קובץ.docx", word_document(), title="שם משלנו")).title == "שם משלנו"


def test_passages_of_a_pdf_know_their_page(manager: User) -> None:
    document = index(uploaded(manager, "a.pdf", (SAMPLES / "chromium.pdf").read_bytes()))
    with tenant_scope(document.organization_id):
        pages = [passage.page or 0 for passage in document.passages.order_by("ordinal")]
    assert pages[0] == 1
    assert pages == sorted(pages)
    assert pages[-1] == len(document.page_starts) > 1


def test_an_edited_text_has_no_pages_any_more(manager: User) -> None:
    document = index(uploaded(manager, "a.pdf", GOOD_PDF))
    changes = services.DocumentChanges(content=VACATION)
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
    with tenant_scope(document.organization_id):
        assert index(document).passages.get().page is None


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", GOOD_PDF[:200], "document_broken"),
        ("a.pdf", locked_pdf(), "document_encrypted"),
        ("a.png", png(40, 40)[:50], "document_broken"),
    ],
)
def test_a_file_that_cannot_be_read_is_rejected_with_a_reason(
    manager: User, name: str, data: bytes, code: str
) -> None:
    document = index(uploaded(manager, name, data))
    assert (document.status, document.error_code) == ("rejected", code)


def test_a_file_that_vanished_is_rejected(manager: User) -> None:
    document = uploaded(manager, "a.pdf", GOOD_PDF)
    default_storage.delete(str(document.original.name))
    assert index(document).status == "rejected"


def test_an_image_waits_for_somebody_where_no_text_recognition_is_installed(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    document = index(uploaded(manager, "סריקה.png", png(2, 2, b"\0\0\0" * 2)))
    assert (document.status, document.error_code) == ("needs_attention", "recognition_missing")
    with tenant_scope(document.organization_id):
        assert not document.passages.exists()


def test_a_doubtful_text_waits_for_somebody_and_is_not_searched(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(*_args: Any, **_options: Any) -> Extracted:
        return Extracted("םולש םלוכל", concern="text_doubtful", mime="application/pdf")

    monkeypatch.setattr(extract_readers, "read_file", doubtful)
    document = index(uploaded(manager, "a.pdf", GOOD_PDF))
    assert (document.status, document.content) == ("needs_attention", "םולש םלוכל")
    with tenant_scope(document.organization_id):
        assert not document.passages.exists()
    assert index(document).status == "needs_attention"


def test_a_text_that_somebody_has_looked_at_is_indexed_as_it_is(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful = Extracted(VACATION, concern="text_doubtful", mime="application/pdf")
    monkeypatch.setattr(extract_readers, "read_file", lambda *_args, **_options: doubtful)
    document = index(uploaded(manager, "a.pdf", GOOD_PDF))
    assert document.status == "needs_attention"
    jobs.accept_text(actor=actor_of(manager), document_id=document.id)
    assert index(document).status == "indexed"
    with pytest.raises(ConflictError):
        jobs.accept_text(actor=actor_of(manager), document_id=document.id)


def test_a_cancelled_document_is_left_alone_until_it_is_started_again(manager: User) -> None:
    document = uploaded(manager, "a.pdf", GOOD_PDF)
    jobs.cancel_indexing(actor=actor_of(manager), document_id=document.id)
    assert (index(document).status, document.error_code) == ("failed", "indexing_cancelled")
    services.reindex_document(actor=actor_of(manager), document_id=document.id)
    assert index(document).status == "indexed"
    with pytest.raises(ConflictError):
        jobs.cancel_indexing(actor=actor_of(manager), document_id=document.id)


def test_cancelling_stops_the_reading_of_a_long_file(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    document = uploaded(manager, "a.pdf", GOOD_PDF)
    pages: list[int] = []

    def long_file(*_args: Any, progress: Any, **_options: Any) -> Extracted:
        jobs.cancel_indexing(actor=actor_of(manager), document_id=document.id)
        for page in range(1, 100):
            pages.append(page)
            progress(page, 100)
        return Extracted(VACATION)

    monkeypatch.setattr(extract_readers, "read_file", long_file)
    assert index(document).error_code == "indexing_cancelled"
    assert len(pages) < 20


def test_reading_again_begins_with_the_file(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            extract_readers,
            "read_file",
            lambda *_args, **_options: Extracted("", concern="recognition_missing"),
        )
        document = index(uploaded(manager, "a.pdf", GOOD_PDF))
    services.reindex_document(actor=actor_of(manager), document_id=document.id)
    assert index(document).status == "indexed"
