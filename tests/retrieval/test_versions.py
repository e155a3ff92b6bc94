"""A document's versions: the old text is found until the new one is whole, kept, and brought back."""

import hashlib
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from config.kernel.errors import ConflictError, NotFoundError, PermissionDeniedError
from retrieval import services, versions
from retrieval.chunking import CUTTING, split_document
from retrieval.errors import DocumentExistsError, UnknownDepartmentError
from retrieval.importing import ImportedDocument, import_document
from retrieval.models import Document, Passage
from retrieval.search import find_passages
from retrieval.sentences import sentence_spans
from retrieval.services import Upload
from retrieval.versions import Incoming
from tests.retrieval.conftest import PASSWORDS, SALARIES, VACATION, ReaderOf, index
from tests.retrieval.made_files import GOOD_PDF

NEWER = VACATION.replace("שנים-עשר", "ארבעה-עשר")
SAMPLE = """# נוהל חופשה

מכסת החופשה היא 12 ימים. את הבקשה מגישים שבועיים מראש, ראו עמ' 3.

## חריגים

- עובד בחצי משרה: 6 ימים
- מנהל: 18 ימים

| דרגה | ימים |
|---|---|
| א | 12 |
| ב | 14 |

""" + "\n\n".join(
    f"פסקה {number} על הנוהל, ובה עוד כמה מילים על מי שמבקש ועל מי שמאשר." for number in range(40)
)


def upload(manager: User, content: str | Upload, **details: Any) -> Document:
    return versions.take_in(actor=actor_of(manager), incoming=Incoming(content, **details))


def history(manager: User, document: Document) -> list[tuple[int, int, str, bool, bool]]:
    found = versions.versions_of(actor=actor_of(manager), document_id=document.id)
    return [(each.number, each.size, each.made_by, each.is_current, each.is_searched) for each in found]


def found_text(person: User, reader: ReaderOf) -> str:
    return find_passages(question="מכסת החופשה", reader=reader(person)).passages[0].text


def passage_texts(document: Document) -> list[str]:
    with tenant_scope(document.organization_id):
        return list(Passage.objects.filter(document=document).values_list("text", flat=True))


def test_a_text_of_the_same_external_id_is_the_next_version(manager: User) -> None:
    first = index(upload(manager, VACATION, title="נוהל", external_id="hr-1"))
    second = upload(manager, NEWER, title="נוהל חדש", external_id="hr-1")
    assert (second.id, second.title, second.edition) == (first.id, "נוהל חדש", 2)
    assert passage_texts(second) == [VACATION]
    index(second)
    assert passage_texts(second) == [NEWER]
    sizes = len(NEWER.encode()), len(VACATION.encode())
    assert history(manager, second) == [
        (2, sizes[0], str(manager), True, True),
        (1, sizes[1], str(manager), False, False),
    ]


@pytest.mark.parametrize("newer", [NEWER, f"{VACATION}\n\nנוסף סעיף.", Upload("א.pdf", GOOD_PDF[:-40])])
def test_the_version_that_is_found_says_so_until_the_newest_takes_its_place(
    manager: User, newer: str | Upload
) -> None:
    document = index(upload(manager, VACATION, title="נוהל", external_id="hr-1"))
    upload(manager, newer, external_id="hr-1")
    assert [line[3:] for line in history(manager, document)] == [(True, False), (False, True)]


def test_a_file_that_cannot_be_read_leaves_the_version_before_it_found(manager: User) -> None:
    document = index(upload(manager, VACATION, title="נוהל", external_id="hr-1"))
    document = index(upload(manager, Upload("א.pdf", GOOD_PDF[:-40]), external_id="hr-1"))
    assert document.status == "rejected"
    assert [line[3:] for line in history(manager, document)] == [(True, False), (False, True)]


def test_a_version_that_waits_for_another_index_of_its_text_is_found(manager: User) -> None:
    document = index(upload(manager, VACATION, title="נוהל"))
    changes = services.DocumentChanges(title="אחר")
    services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
    assert [line[3:] for line in history(manager, document)] == [(True, True), (False, False)]


def test_a_text_of_the_same_title_is_the_next_version_where_that_is_said(manager: User) -> None:
    first = upload(manager, VACATION, title="נוהל")
    other = upload(manager, NEWER, title="נוהל")
    assert other.id != first.id
    third = upload(manager, Upload("נוהל.md", PASSWORDS.encode()), replaces=True)
    assert (third.id, third.edition) == (other.id, 2)
    assert upload(manager, SALARIES, title="אחר", replaces=True).edition == 1


def test_another_organization_s_document_of_that_name_is_never_touched(
    manager: User, outside_manager: User
) -> None:
    theirs = upload(outside_manager, VACATION, title="נוהל", external_id="hr-1")
    ours = upload(manager, NEWER, title="נוהל", external_id="hr-1", replaces=True)
    assert ours.id != theirs.id
    with pytest.raises(NotFoundError):
        versions.versions_of(actor=actor_of(manager), document_id=theirs.id)
    with pytest.raises(NotFoundError):
        versions.restore_version(actor=actor_of(manager), document_id=theirs.id, number=1)


def test_a_new_version_keeps_its_readers_unless_others_are_named(
    manager: User, member: User, other_member: User, department: Department, reader: ReaderOf
) -> None:
    only = services.NamedReaders([department.pk])
    document = index(upload(manager, VACATION, title="נוהל", category="hr", readers=only))
    document = index(
        versions.add_version(actor=actor_of(manager), document_id=document.id, incoming=Incoming(NEWER))
    )
    assert (document.title, document.category, document.restricted) == ("נוהל", "hr", True)
    assert found_text(member, reader) == NEWER
    assert not find_passages(question="מכסת החופשה", reader=reader(other_member)).passages


def test_the_old_text_is_found_until_the_file_is_read_and_after_it_was_not(
    manager: User, reader: ReaderOf
) -> None:
    document = index(upload(manager, VACATION, title="נוהל"))
    broken = Incoming(Upload("חדש.pdf", GOOD_PDF[:200]))
    document = versions.add_version(actor=actor_of(manager), document_id=document.id, incoming=broken)
    assert found_text(manager, reader) == VACATION
    document = index(document)
    assert (document.status, found_text(manager, reader)) == ("rejected", VACATION)
    name = document.original.name
    document = versions.restore_version(actor=actor_of(manager), document_id=document.id, number=1)
    document = index(document)
    assert (document.status, document.content, document.original_name) == ("indexed", VACATION, "")
    assert [line[0] for line in history(manager, document)] == [2, 1]
    assert name
    assert default_storage.exists(name)  # until the change is committed


def test_an_edit_of_the_text_or_the_title_can_be_taken_back(manager: User, reader: ReaderOf) -> None:
    document = index(upload(manager, VACATION, title="נוהל"))
    for changes in (services.DocumentChanges(title="אחר"), services.DocumentChanges(content=PASSWORDS)):
        services.update_document(actor=actor_of(manager), document_id=document.id, changes=changes)
    assert [line[0] for line in history(manager, document)] == [3, 2, 1]
    document = index(versions.restore_version(actor=actor_of(manager), document_id=document.id, number=1))
    assert (document.title, document.content, document.edition) == ("נוהל", VACATION, 4)
    assert found_text(manager, reader) == VACATION
    earlier = versions.get_edition(actor=actor_of(manager), document_id=document.id, number=3)
    assert (earlier.title, earlier.content) == ("אחר", PASSWORDS)


def test_what_did_not_change_keeps_its_passage_through_a_version_and_back(manager: User) -> None:
    document = index(upload(manager, VACATION, title="נוהל"))
    with tenant_scope(document.organization_id):
        before = document.passages.get().id
        upload(manager, f"{VACATION}\n", title="נוהל", replaces=True)
        assert index(document).passages.get().id == before
    assert [line[0] for line in history(manager, document)] == [1]


def test_a_version_is_refused_that_the_document_or_another_one_holds(manager: User) -> None:
    document = upload(manager, VACATION, title="נוהל")
    services.update_document(
        actor=actor_of(manager), document_id=document.id, changes=services.DocumentChanges(content=PASSWORDS)
    )
    upload(manager, VACATION, title="עותק")
    with pytest.raises(DocumentExistsError):
        versions.restore_version(actor=actor_of(manager), document_id=document.id, number=1)
    again = versions.restore_version
    with pytest.raises(NotFoundError):
        again(actor=actor_of(manager), document_id=document.id, number=7)
    incoming = Incoming(SALARIES)
    versions.add_version(actor=actor_of(manager), document_id=document.id, incoming=incoming)
    again(actor=actor_of(manager), document_id=document.id, number=2)
    with pytest.raises(ConflictError):
        again(actor=actor_of(manager), document_id=document.id, number=2)


def test_unknown_readers_refuse_a_version_before_its_file_is_kept(manager: User, tmp_path: Path) -> None:
    document = upload(manager, VACATION, title="נוהל")
    strangers = services.NamedReaders([uuid4()])
    incoming = Incoming(Upload("א.txt", PASSWORDS.encode()), title="אחר", readers=strangers)
    with pytest.raises(UnknownDepartmentError):
        versions.add_version(actor=actor_of(manager), document_id=document.id, incoming=incoming)
    assert [line[0] for line in history(manager, document)] == [1]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_history_is_for_managers(member: User, manager: User) -> None:
    document = upload(manager, VACATION, title="נוהל")
    for call in (
        lambda: versions.versions_of(actor=actor_of(member), document_id=document.id),
        lambda: versions.restore_version(actor=actor_of(member), document_id=document.id, number=1),
        lambda: versions.get_edition(actor=actor_of(member), document_id=document.id, number=1),
        lambda: upload(member, NEWER, title="נוהל", replaces=True),
    ):
        with pytest.raises(PermissionDeniedError):
            call()


@pytest.mark.django_db(transaction=True)
def test_files_live_as_long_as_a_version_is_made_of_them(manager: User, settings: Any) -> None:
    settings.DOCUMENT_VERSIONS_KEPT = 1
    document = index(upload(manager, Upload("א.txt", VACATION.encode())))
    first = document.original.name
    assert first
    for text in (NEWER, PASSWORDS):
        assert default_storage.exists(first)
        incoming = Incoming(Upload("א.txt", text.encode()))
        document = versions.add_version(actor=actor_of(manager), document_id=document.id, incoming=incoming)
    assert [line[0] for line in history(manager, document)] == [3, 2]
    assert not default_storage.exists(first)
    with tenant_scope(document.organization_id):
        names = [document.original.name, document.editions.get().original.name]
    assert all(name and default_storage.exists(name) for name in names)
    services.delete_document(actor=actor_of(manager), document_id=document.id)
    assert not any(name and default_storage.exists(name) for name in names)
    with tenant_scope(document.organization_id):
        assert not document.editions.exists()


def test_a_collection_that_changes_leaves_its_earlier_texts(manager: User) -> None:
    with tenant_scope(manager.organization_id):
        for text in (VACATION, NEWER):
            import_document(ImportedDocument("hr-1", "נוהל", text))
        document = Document.objects.get()
    assert [(line[0], line[2]) for line in history(manager, document)] == [(2, ""), (1, "")]


def test_other_rules_of_cutting_have_a_document_indexed_again(manager: User) -> None:
    document = index(upload(manager, VACATION, title="נוהל"))
    assert document.cutting == CUTTING
    with tenant_scope(document.organization_id):
        Document.objects.update(cutting=CUTTING - 1, updated_at=timezone.now() - timedelta(days=9))
    out = StringIO()
    call_command("reembed", "--check", stdout=out)
    assert "1 documents wait" in out.getvalue()
    call_command("reembed", stdout=out)
    assert "1 documents embedded, 0 left" in out.getvalue()
    with tenant_scope(document.organization_id):
        assert Document.objects.get().cutting == CUTTING


def test_the_rules_of_cutting_are_those_of_their_version() -> None:
    """When this fails, the rules make something else of a text: add one to CUTTING, and say so here."""
    pieces = [[chunk.heading, chunk.text, sentence_spans(chunk.text)] for chunk in split_document(SAMPLE)]
    digest = hashlib.sha256(json.dumps(pieces, ensure_ascii=False).encode()).hexdigest()[:16]
    assert (CUTTING, digest) == (1, "dd0c6df131774fbd")
