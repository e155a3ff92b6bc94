"""Documents for named people, and permissions that are taken back."""

from uuid import UUID, uuid4

import pytest

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from config.kernel.errors import DomainError, NotFoundError
from retrieval import services
from retrieval.access import get_document, get_passage
from retrieval.models import Document
from retrieval.search import find_passages
from retrieval.services import DocumentChanges, NamedReaders
from tests.retrieval.conftest import SALARIES, AddDocument, ReaderOf


def found_by(person: User, reader: ReaderOf) -> list[str]:
    found = find_passages(question="טבלת השכר של הבכירים", reader=reader(person))
    return [passage.document.title for passage in found.passages]


def passage_id(document: Document) -> UUID:
    with tenant_scope(document.organization_id):
        return UUID(str(document.passages.get().pk))


@pytest.fixture
def personal(manager: User, other_member: User, add_document: AddDocument) -> Document:
    return add_document(manager, "שכר", SALARIES, people=(other_member,))


def test_a_document_for_one_person_is_found_and_opened_by_that_person(
    manager: User, member: User, other_member: User, personal: Document, reader: ReaderOf
) -> None:
    for person in (manager, other_member):
        assert found_by(person, reader) == ["שכר"]
        assert get_passage(passage_id(personal), reader(person)).text == SALARIES
    assert found_by(member, reader) == []
    with pytest.raises(NotFoundError):
        get_document(personal.id, reader(member))


def test_departments_and_people_may_be_named_together(
    manager: User,
    member: User,
    other_member: User,
    department: Department,
    add_document: AddDocument,
    reader: ReaderOf,
) -> None:
    add_document(manager, "שכר", SALARIES, departments=(department,), people=(other_member,))
    assert found_by(member, reader) == found_by(other_member, reader) == ["שכר"]


def test_a_permission_that_is_taken_back_is_gone_at_once(
    manager: User, member: User, other_member: User, personal: Document, reader: ReaderOf
) -> None:
    changes = DocumentChanges(person_ids=[member.pk])
    services.update_document(actor=actor_of(manager), document_id=personal.id, changes=changes)
    assert found_by(other_member, reader) == []
    with pytest.raises(NotFoundError):
        get_passage(passage_id(personal), reader(other_member))
    assert found_by(member, reader) == ["שכר"]


def test_a_document_is_everybodys_again_when_nobody_is_named(
    manager: User, member: User, personal: Document, reader: ReaderOf
) -> None:
    changes = DocumentChanges(person_ids=[])
    services.update_document(actor=actor_of(manager), document_id=personal.id, changes=changes)
    assert found_by(member, reader) == ["שכר"]


def test_a_document_whose_only_reader_is_gone_does_not_become_everyones(
    manager: User, member: User, other_member: User, personal: Document, reader: ReaderOf
) -> None:
    with tenant_scope(manager.organization_id):
        other_member.delete()
    assert found_by(member, reader) == []
    assert found_by(manager, reader) == ["שכר"]


def test_people_must_be_the_organizations_own(manager: User, outsider: User) -> None:
    for person_id in (outsider.pk, uuid4()):
        with pytest.raises(DomainError) as refusal:
            services.create_document(
                actor=actor_of(manager),
                title="נוהל",
                content=SALARIES,
                readers=NamedReaders(person_ids=[person_id]),
            )
        assert refusal.value.code == "unknown_person"
