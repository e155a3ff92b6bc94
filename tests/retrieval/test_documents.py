"""What managers may do with documents, and what becomes of them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import default_storage

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from config.kernel.errors import DomainError, NotFoundError, PermissionDeniedError
from retrieval import services
from retrieval.access import get_document, get_passage, get_passages
from retrieval.models import Document
from retrieval.services import DocumentChanges, Upload
from tests.builders import make_department
from tests.retrieval.conftest import PASSWORDS, SALARIES, VACATION, AddDocument, ReaderOf


def upload(name: str, data: bytes = VACATION.encode(), mime: str = "text/plain") -> Upload:
    return Upload(name, data, mime)


def passage_ids(document: Document) -> list[UUID]:
    with tenant_scope(document.organization_id):
        return list(document.passages.values_list("id", flat=True))


def test_a_file_gives_its_document_a_title(manager: User) -> None:
    actor = actor_of(manager)
    named = services.create_document(actor=actor, content=upload("נוהל חופשה.txt"))
    titled = services.create_document(
        actor=actor, content=upload("a.md", f"# מכסת ימים\n\n{VACATION}".encode())
    )
    given = services.create_document(actor=actor, content=upload("a.txt", PASSWORDS.encode()), title="שם אחר")
    assert [document.title for document in (named, titled, given)] == ["נוהל חופשה", "מכסת ימים", "שם אחר"]


def test_the_original_file_is_kept_and_goes_with_the_document(
    manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    document = services.create_document(actor=actor_of(manager), content=upload("..\\..\\סוד/../x.txt"))
    name = str(document.original.name)
    assert name.startswith(f"documents/{manager.organization_id}/{document.id}/")
    with default_storage.open(name) as kept:
        assert kept.read() == VACATION.encode()
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_document(actor=actor_of(manager), document_id=document.id)
    assert not default_storage.exists(name)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("  \n", "document_empty"),
        ("\u202e\u200f", "document_empty"),
        (upload("a.txt", b""), "document_empty"),
        (upload("a.txt", b"\x00\x01\x02" * 99), "document_not_text"),
        (upload("a.doc"), "unsupported_document_type"),
        (upload("a.pdf"), "document_type_mismatch"),
        (upload("a.txt", b"a" * 3000), "document_too_large"),
        ("ב" * 1500, "document_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(
    manager: User, settings: Any, content: str | Upload, code: str
) -> None:
    settings.DOCUMENT_MAX_BYTES = 2000
    with pytest.raises(DomainError) as refusal:
        services.create_document(actor=actor_of(manager), title="נוהל", content=content)
    assert refusal.value.code == code
    with tenant_scope(manager.organization_id):
        assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("title", "code"), [("", "empty_text"), ("\u202e ", "empty_text"), ("א" * 301, "text_too_long")]
)
def test_a_title_is_needed_and_bounded(manager: User, title: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        services.create_document(actor=actor_of(manager), title=title, content=VACATION)
    assert refusal.value.code == code


def test_members_change_nothing(manager: User, member: User, add_document: AddDocument) -> None:
    document, actor = add_document(manager, "נוהל", VACATION), actor_of(member)
    with pytest.raises(PermissionDeniedError):
        services.create_document(actor=actor, title="נוהל", content=VACATION)
    with pytest.raises(PermissionDeniedError):
        services.update_document(actor=actor, document_id=document.id, changes=DocumentChanges(title="אחר"))
    with pytest.raises(PermissionDeniedError):
        services.reindex_document(actor=actor, document_id=document.id)
    with pytest.raises(PermissionDeniedError):
        services.delete_document(actor=actor, document_id=document.id)


def test_another_organizations_document_is_absent(
    manager: User, outside_manager: User, add_document: AddDocument
) -> None:
    document, actor = add_document(manager, "נוהל", VACATION), actor_of(outside_manager)
    for foreign in (document.id, uuid4()):
        with pytest.raises(NotFoundError):
            services.update_document(actor=actor, document_id=foreign, changes=DocumentChanges(title="אחר"))
        with pytest.raises(NotFoundError):
            services.reindex_document(actor=actor, document_id=foreign)
        with pytest.raises(NotFoundError):
            services.delete_document(actor=actor, document_id=foreign)


def test_departments_must_be_the_organizations_own(manager: User, outside_manager: User) -> None:
    foreign = make_department(organization=outside_manager.organization)
    for department_id in (foreign.pk, uuid4()):
        with pytest.raises(DomainError) as refusal:
            services.create_document(
                actor=actor_of(manager),
                title="נוהל",
                content=VACATION,
                readers=services.NamedReaders([department_id]),
            )
        assert refusal.value.code == "unknown_department"


def test_an_external_id_names_one_document(
    manager: User, outside_manager: User, add_document: AddDocument
) -> None:
    first = add_document(manager, "נוהל", VACATION, indexed=False, external_id="hr01")
    add_document(outside_manager, "נוהל", VACATION, indexed=False, external_id="hr01")
    with pytest.raises(DomainError) as refusal:
        add_document(manager, "אחר", PASSWORDS, indexed=False, external_id="hr01")
    assert refusal.value.code == "external_id_taken"
    services.delete_document(actor=actor_of(manager), document_id=first.id)
    add_document(manager, "אחר", PASSWORDS, indexed=False, external_id="hr01")


def test_a_new_title_is_indexed_again_and_a_new_category_is_not(
    manager: User, add_document: AddDocument
) -> None:
    document, actor = add_document(manager, "נוהל", VACATION), actor_of(manager)
    same = services.update_document(
        actor=actor, document_id=document.id, changes=DocumentChanges(category="hr")
    )
    assert (same.status, same.category) == ("indexed", "hr")
    renamed = services.update_document(
        actor=actor, document_id=document.id, changes=DocumentChanges(title="אחר")
    )
    assert (renamed.status, renamed.version) == ("pending", document.version + 1)


def test_indexing_again_can_be_asked_for(manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "נוהל", VACATION)
    assert services.reindex_document(actor=actor_of(manager), document_id=document.id).status == "pending"


def test_deleting_leaves_a_name_and_no_text(manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "נוהל", VACATION)
    services.delete_document(actor=actor_of(manager), document_id=document.id)
    with tenant_scope(document.organization_id):
        document.refresh_from_db()
        assert not document.passages.exists()
    assert (document.title, document.content) == ("נוהל", "")
    with pytest.raises(NotFoundError):
        services.delete_document(actor=actor_of(manager), document_id=document.id)


@pytest.fixture
def restricted(manager: User, department: Department, add_document: AddDocument) -> Document:
    return add_document(manager, "שכר", SALARIES, departments=(department,))


def test_doors_open_for_the_own_department_and_for_managers(
    manager: User, member: User, restricted: Document, reader: ReaderOf
) -> None:
    [passage_id] = passage_ids(restricted)
    for person in (manager, member):
        assert get_document(restricted.id, reader(person)).title == "שכר"
        assert get_passage(passage_id, reader(person)).text == SALARIES


def test_doors_stay_shut_for_everybody_else(
    other_member: User, outsider: User, operator: User, restricted: Document, reader: ReaderOf
) -> None:
    [passage_id] = passage_ids(restricted)
    for person in (other_member, outsider, operator):
        with pytest.raises(NotFoundError):
            get_document(restricted.id, reader(person))
        with pytest.raises(NotFoundError):
            get_passage(passage_id, reader(person))


def test_several_passages_open_in_order_or_not_at_all(
    manager: User, member: User, add_document: AddDocument, reader: ReaderOf
) -> None:
    first, second = add_document(manager, "א", VACATION), add_document(manager, "ב", PASSWORDS)
    wanted = [*passage_ids(second), *passage_ids(first)]
    assert [passage.id for passage in get_passages(wanted, reader(member))] == wanted
    with pytest.raises(NotFoundError):
        get_passages([*wanted, uuid4()], reader(member))


def test_members_see_a_document_when_it_is_indexed_and_managers_before(
    manager: User, member: User, add_document: AddDocument, reader: ReaderOf
) -> None:
    document = add_document(manager, "נוהל", VACATION, indexed=False)
    assert get_document(document.id, reader(manager)).status == "pending"
    with pytest.raises(NotFoundError):
        get_document(document.id, reader(member))


def test_a_document_whose_department_is_deleted_does_not_become_everyones(
    manager: User, member: User, department: Department, add_document: AddDocument, reader: ReaderOf
) -> None:
    document = add_document(manager, "שכר", SALARIES, departments=(department,))
    with tenant_scope(manager.organization_id):
        department.delete()
        member.refresh_from_db()
    assert get_document(document.id, reader(manager)).title == "שכר"
    with pytest.raises(NotFoundError):
        get_document(document.id, reader(member))
