"""Beside an answer stands what at least three others have in common with it, and nothing the reader may not
know of.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from accounts.access import actor_of
from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics import recommendations
from analytics.graph.port import GraphUnavailableError
from conversations import organizing
from conversations.types import MessageStatus, Turn
from retrieval import services
from tests.analytics.asking import answered, ask, close
from tests.builders import make_department, make_user
from tests.conftest import ApiClientOf

pytestmark = pytest.mark.django_db

OTHER = "האם חופשה נצברת?"
NOTHING: dict[str, list[Any]] = {"questions": [], "documents": [], "departments": []}


@pytest.fixture
def document(manager_actor: Actor) -> UUID:
    return indexed(manager_actor, "נוהל חופשה")


@pytest.fixture
def colleagues(organization: Organization) -> list[Actor]:
    """Return three people of one department."""
    department = make_department("שירות", organization=organization)
    return [actor_of(make_user(department=department)) for _ in range(3)]


def indexed(manager: Actor, title: str, *departments: Department, category: str = "") -> UUID:
    document = services.create_document(
        actor=manager,
        title=title,
        content=f"{title}: שעות הפעילות של המוקד הן 8 עד 16.",
        category=category,
        readers=services.NamedReaders([each.pk for each in departments]),
    )
    with tenant_scope(manager.organization_id):
        services.index_document(document.id)
    found: UUID = document.id
    return found


def all_ask(people: Sequence[Actor], *document_ids: UUID, text: str = OTHER) -> list[Turn]:
    return [answered(each, *document_ids, text=text) for each in people]


def related(api: ApiClientOf, person: User, turn: Turn) -> Any:
    answer = api(person).get(f"/api/v1/answers/{turn.answer_id}/related")
    assert answer.status_code == 200
    return answer.json()


def test_three_others_make_a_recommendation(
    api: ApiClientOf,
    member: User,
    actor: Actor,
    manager_actor: Actor,
    colleagues: list[Actor],
    document: UUID,
) -> None:
    further = indexed(manager_actor, "מדריך נוכחות", category="רווחה")
    all_ask(colleagues, document, further)
    turn = answered(actor, document)
    assert related(api, member, turn) == {
        "questions": [{"text": OTHER}],
        "documents": [{"id": str(further), "title": "מדריך נוכחות", "category": "רווחה"}],
        "departments": [{"id": str(colleagues[0].department_id), "name": "שירות"}],
    }


def test_two_others_are_never_shown_and_the_reader_does_not_make_a_third(
    api: ApiClientOf,
    member: User,
    actor: Actor,
    manager_actor: Actor,
    colleagues: list[Actor],
    document: UUID,
) -> None:
    further = indexed(manager_actor, "מדריך נוכחות")
    all_ask([*colleagues[:2], actor], document, further)
    assert related(api, member, answered(actor, document)) == NOTHING


def test_one_who_asks_again_is_still_one(
    api: ApiClientOf, member: User, actor: Actor, colleagues: list[Actor], document: UUID
) -> None:
    all_ask([*colleagues[:2], *colleagues[:2]], document)
    assert related(api, member, answered(actor, document)) == NOTHING


def test_people_of_different_departments_name_none(
    api: ApiClientOf, member: User, actor: Actor, other_member: User, colleagues: list[Actor], document: UUID
) -> None:
    all_ask([*colleagues[:2], actor_of(other_member)], document)
    found = related(api, member, answered(actor, document))
    assert (found["questions"], found["departments"]) == ([{"text": OTHER}], [])


def test_wordings_that_differ_in_signs_alone_are_one_question(
    api: ApiClientOf, member: User, actor: Actor, colleagues: list[Actor], document: UUID
) -> None:
    for person, text in zip(colleagues, ("האם חופשה נצברת", "האם  חופשה נצברת?!", OTHER), strict=True):
        answered(person, document, text=text)
    found = related(api, member, answered(actor, document))
    assert found["questions"] == [{"text": "האם חופשה נצברת"}]


def test_words_that_only_one_person_used_are_never_shown(
    api: ApiClientOf, member: User, actor: Actor, colleagues: list[Actor], document: UUID
) -> None:
    for number, person in enumerate(colleagues):
        answered(person, document, text=f"מה מגיע לעובד {number}?")
    assert related(api, member, answered(actor, document))["questions"] == []


def test_the_own_question_is_not_recommended(
    api: ApiClientOf, member: User, actor: Actor, colleagues: list[Actor], document: UUID
) -> None:
    all_ask(colleagues, document)
    assert related(api, member, answered(actor, document, text=OTHER))["questions"] == []


def test_a_deleted_conversation_and_an_answer_that_failed_count_for_nothing(
    api: ApiClientOf, member: User, actor: Actor, colleagues: list[Actor], document: UUID
) -> None:
    gone, *_others = all_ask(colleagues[:2], document)
    close(ask(colleagues[2], OTHER), document, status=MessageStatus.FAILED)
    turn = answered(actor, document)
    assert related(api, member, turn) == NOTHING
    answered(colleagues[2], document, text=OTHER)
    assert related(api, member, turn)["questions"] == [{"text": OTHER}]
    organizing.delete_conversation(actor=colleagues[0], conversation_id=gone.conversation_id)
    assert related(api, member, turn) == NOTHING


def test_what_the_reader_may_not_open_is_never_named_nor_what_was_answered_from_it(
    api: ApiClientOf,
    member: User,
    manager: User,
    other_department: Department,
    colleagues: list[Actor],
    document: UUID,
) -> None:
    secret = indexed(actor_of(manager), "שכר בכירים", other_department)
    all_ask(colleagues, document, secret)
    assert related(api, member, answered(actor_of(member), document)) == NOTHING
    seen = related(api, manager, answered(actor_of(manager), document))
    assert seen["questions"] == [{"text": OTHER}]
    assert [each["title"] for each in seen["documents"]] == ["שכר בכירים"]


def test_a_document_that_the_reader_may_no_longer_open_leads_nowhere(
    api: ApiClientOf,
    member: User,
    manager_actor: Actor,
    other_department: Department,
    colleagues: list[Actor],
    document: UUID,
) -> None:
    all_ask(colleagues, document)
    turn = answered(actor_of(member), document)
    changes = services.DocumentChanges(department_ids=[other_department.pk])
    services.update_document(actor=manager_actor, document_id=document, changes=changes)
    assert related(api, member, turn) == NOTHING


def test_a_deleted_document_is_not_recommended(
    api: ApiClientOf,
    member: User,
    actor: Actor,
    manager_actor: Actor,
    colleagues: list[Actor],
    document: UUID,
) -> None:
    further = indexed(manager_actor, "מדריך נוכחות")
    all_ask(colleagues, document, further)
    services.delete_document(actor=manager_actor, document_id=further)
    assert related(api, member, answered(actor, document))["documents"] == []


def test_people_of_another_organization_do_not_count(
    api: ApiClientOf,
    member: User,
    actor: Actor,
    colleagues: list[Actor],
    outsider: User,
    document: UUID,
) -> None:
    all_ask([*colleagues[:2], actor_of(outsider)], document)
    assert related(api, member, answered(actor, document)) == NOTHING


def test_an_answer_without_documents_has_nothing_related(
    api: ApiClientOf, member: User, actor: Actor
) -> None:
    assert related(api, member, answered(actor)) == NOTHING
    assert related(api, member, ask(actor)) == NOTHING


def test_no_list_is_long(
    api: ApiClientOf, member: User, actor: Actor, colleagues: list[Actor], document: UUID
) -> None:
    for number in range(recommendations.SHOWN + 2):
        all_ask(colleagues, document, text=f"שאלה מספר {number}")
    found = related(api, member, answered(actor, document))
    newest = recommendations.SHOWN + 1
    assert len(found["questions"]) == recommendations.SHOWN
    assert found["questions"][0] == {"text": f"שאלה מספר {newest}"}


def test_a_foreign_answer_and_a_question_have_nothing(
    api: ApiClientOf, member: User, actor: Actor, other_member: User, outsider: User
) -> None:
    turn = answered(actor)
    for person in (other_member, outsider):
        assert api(person).get(f"/api/v1/answers/{turn.answer_id}/related").status_code == 404
    assert api(member).get(f"/api/v1/answers/{turn.question_id}/related").status_code == 404
    assert api().get(f"/api/v1/answers/{turn.answer_id}/related").status_code == 401


def test_a_graph_that_is_away_is_said(
    api: ApiClientOf, member: User, actor: Actor, document: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise GraphUnavailableError

    monkeypatch.setattr(recommendations, "get_graph", away)
    answer = api(member).get(f"/api/v1/answers/{answered(actor, document).answer_id}/related")
    assert (answer.status_code, answer.json()["code"]) == (503, "graph_unavailable")
