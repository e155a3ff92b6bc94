"""Private files of a conversation: found there by their owner, and by nobody anywhere else."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from config.kernel.errors import DomainError, NotFoundError
from retrieval import access, files, search, selectors, services
from retrieval.access import reader_of
from retrieval.models import Document, Passage
from retrieval.search import find_passages
from retrieval.services import Upload
from retrieval.vectors import get_store
from tests.conversations.turns import at_once
from tests.retrieval.canaries import UnfilteredStore
from tests.retrieval.conftest import VACATION, AddDocument, index
from tests.retrieval.made_files import locked_pdf

SECRET = "הצעת המחיר של ספק הצבעים תכלת-שבע היא ארבעים אלף שקלים, ותוקפה עד סוף החודש."
QUESTION = "מה תוקף הצעת המחיר של ספק הצבעים תכלת-שבע?"

pytestmark = pytest.mark.django_db


def put(person: User, conversation_id: UUID, text: str = SECRET, name: str = "הצעה.txt") -> Document:
    file = files.add_file(
        actor=actor_of(person), conversation_id=conversation_id, upload=Upload(name, text.encode())
    )
    return index(file)


def found(person: User, conversation_id: UUID | None = None, question: str = QUESTION) -> list[UUID]:
    result = find_passages(
        question=question, reader=reader_of(actor_of(person)), conversation_id=conversation_id, limit=20
    )
    return [passage.document.id for passage in result.passages]


def passage_of(file: Document) -> UUID:
    with tenant_scope(file.organization_id):
        passage_id: UUID = Passage.objects.filter(document_id=file.id).values_list("id", flat=True)[0]
    return passage_id


def test_a_file_is_found_by_its_owner_in_its_conversation_alone(member: User) -> None:
    here, elsewhere = uuid4(), uuid4()
    file = put(member, here)
    assert file.status == "indexed"
    assert found(member, here) == [file.id]
    assert found(member, elsewhere) == []
    assert found(member) == []


def test_a_file_leads_before_documents_that_say_as_much(
    member: User, manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל חופשה", VACATION)
    here = uuid4()
    file = put(member, here, f"{VACATION} כך בחוזה שלי.", "חוזה.txt")
    assert found(member, here, "מתי מגישים את הבקשה לחופשה?") == [file.id, document.id]


def test_many_better_documents_leave_a_file_its_places(
    member: User, manager: User, add_document: AddDocument
) -> None:
    for number in range(8):
        add_document(manager, f"נוהל חופשה {number}", f"{VACATION} סניף {number} מתנהל לפי הנוהל.")
    here = uuid4()
    file = put(member, here)
    result = find_passages(
        question="מתי מגישים את הבקשה לחופשה?", reader=reader_of(actor_of(member)), conversation_id=here
    )
    assert file.id in {passage.document.id for passage in result.passages}
    assert result.passages[0].document.id != file.id


@pytest.mark.parametrize("person", ["manager", "other_member", "outsider", "outside_manager", "operator"])
def test_nobody_else_finds_or_opens_a_file(person: str, member: User, request: pytest.FixtureRequest) -> None:
    here = uuid4()
    file, other = put(member, here), request.getfixturevalue(person)
    passage, reader = passage_of(file), reader_of(actor_of(other))
    assert found(other) == found(other, here) == []
    assert access.open_passages([passage], reader) == {}
    assert access.readable_by([file.id], actor_of(other)) == frozenset()
    assert not access.may_open_all([file.id], reader)
    for door in (
        lambda: access.get_passage(passage, reader),
        lambda: access.get_document(file.id, reader),
        lambda: files.get_file(actor=actor_of(other), conversation_id=here, file_id=file.id),
        lambda: files.remove_file(actor=actor_of(other), conversation_id=here, file_id=file.id),
    ):
        with pytest.raises(NotFoundError):
            door()


def test_a_manager_cannot_change_or_list_a_file(member: User, manager: User) -> None:
    file, boss = put(member, uuid4()), actor_of(manager)
    with tenant_scope(file.organization_id):
        assert not selectors.documents(reader_of(boss)).exists()
        assert not selectors.passages(reader_of(boss)).exists()
    with pytest.raises(NotFoundError):
        services.delete_document(actor=boss, document_id=file.id)
    with pytest.raises(NotFoundError):
        services.reindex_document(actor=boss, document_id=file.id)


def test_a_store_that_filters_nothing_gives_no_file_away(
    member: User, manager: User, other_member: User, outsider: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = uuid4(), uuid4()
    file, own = put(member, here), put(other_member, elsewhere, VACATION)
    broken = UnfilteredStore(
        get_store(), [member.organization_id, outsider.organization_id], conversations=[here, elsewhere]
    )
    monkeypatch.setattr(search, "get_store", lambda: broken)
    assert found(member, here) == [file.id]
    assert found(member, elsewhere) == []
    for person in (manager, outsider):
        assert found(person) == found(person, here) == []
    assert found(other_member, elsewhere) == [own.id]


def test_the_words_of_files_do_not_count_in_how_rare_a_word_is(member: User) -> None:
    put(member, uuid4())
    with tenant_scope(member.organization_id):
        assert selectors.sample_of_search_texts(10) == []


def test_a_citation_into_a_file_opens_for_its_owner(member: User) -> None:
    file = put(member, uuid4())
    opened = access.get_passage(passage_of(file), reader_of(actor_of(member)))
    assert opened.text == SECRET


def test_a_removed_file_leaves_nothing(member: User, django_capture_on_commit_callbacks: object) -> None:
    here = uuid4()
    file = put(member, here)
    passage, path = passage_of(file), str(file.original.name)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        files.remove_file(actor=actor_of(member), conversation_id=here, file_id=file.id)
    assert found(member, here) == []
    assert not default_storage.exists(path)
    with tenant_scope(file.organization_id):
        assert not Passage.objects.filter(id=passage).exists()
        row = Document.objects.get(id=file.id)
    assert (row.title, row.original_name, row.content, row.original.name) == ("", "", "", "")


def test_the_files_of_a_deleted_conversation_are_hidden_brought_back_and_erased_in_time(
    member: User, settings: Any
) -> None:
    here, organization = uuid4(), member.organization_id
    file = put(member, here)
    files.set_aside(organization, here)
    assert found(member, here) == []
    assert access.open_passages([passage_of(file)], reader_of(actor_of(member))) == {}
    assert files.files_of(actor=actor_of(member), conversation_id=here) == []
    assert files.erase_set_aside(organization) == 0
    files.bring_back(organization, here)
    assert found(member, here) == [file.id]
    files.set_aside(organization, here)
    late = timezone.now() - timedelta(hours=settings.CONVERSATION_FILES_GRACE_HOURS + 1)
    with tenant_scope(organization):
        Document.objects.filter(id=file.id).update(set_aside_at=late)
    assert files.erase_set_aside(organization) == 1
    files.bring_back(organization, here)
    assert files.files_of(actor=actor_of(member), conversation_id=here) == []


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("ריק.txt", b"  \n", "document_empty"),
        ("תוכנה.exe", b"MZ\x90", "unsupported_document_type"),
        ("לא.pdf", b"hello", "document_type_mismatch"),
        ("גיבוב.txt", b"\x1f\x8b\x08", "document_not_text"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(member: User, name: str, data: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        files.add_file(actor=actor_of(member), conversation_id=uuid4(), upload=Upload(name, data))
    assert refusal.value.code == code


def test_a_locked_file_says_why_it_cannot_be_read_and_can_be_tried_again(member: User) -> None:
    here, actor = uuid4(), actor_of(member)
    file = files.add_file(actor=actor, conversation_id=here, upload=Upload("נעול.pdf", locked_pdf()))
    file = index(file)
    assert (file.status, file.error_code) == ("rejected", "document_encrypted")
    again = files.read_again(actor=actor, conversation_id=here, file_id=file.id)
    assert (again.status, again.error_code, again.awaits_extraction) == ("pending", "", True)


def test_a_conversation_and_an_organization_have_room_for_so_much(member: User, settings: Any) -> None:
    here = uuid4()
    settings.CONVERSATION_FILES_MAX = 1
    put(member, here)
    with pytest.raises(DomainError) as refusal:
        put(member, here)
    assert refusal.value.code == "too_many_files"
    settings.CONVERSATION_FILES_SPACE_MB = 0
    with pytest.raises(DomainError) as refusal:
        put(member, uuid4())
    assert refusal.value.code == "file_space_used_up"


@pytest.mark.django_db(transaction=True)
def test_files_that_come_at_the_same_time_do_not_share_the_last_place(member: User, settings: Any) -> None:
    settings.CONVERSATION_FILES_MAX = 2
    here, actor = uuid4(), actor_of(member)
    upload = Upload("הצעה.txt", SECRET.encode())

    def add() -> str:
        try:
            files.add_file(actor=actor, conversation_id=here, upload=upload)
        except DomainError as refusal:
            return refusal.code
        return "kept"

    said = at_once(add, add, add, add)
    assert sorted(said) == ["kept", "kept", "too_many_files", "too_many_files"]
    with tenant_scope(member.organization_id):
        assert len(files.files_of(actor=actor, conversation_id=here)) == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\שולחן\\דוח.pdf", "דוח.pdf"),
        ("gnp\u202e.exe.txt", "gnp.exe.txt"),
        ("a\nb\tc.txt", "a b c.txt"),
        ("\u200f", "file"),
        ("א" * 300 + ".docx", "א" * 250 + ".docx"),
    ],
)
def test_a_name_is_kept_on_one_line_and_without_tricks(given: str, kept: str) -> None:
    assert files.clean_name(given) == kept
