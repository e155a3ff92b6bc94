"""What else is counted of an answer: who was active, how sure it was, how long it took, what it was about."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.dashboard import Dashboard, dashboard
from analytics.models import ActivePerson, DailySubject, Topic
from analytics.projections import count_topics, count_turn
from config.kernel.outbox import OutboxMessage
from conversations import services
from conversations.types import CitationData, Closing, MessageStatus, Turn
from retrieval import services as documents
from retrieval.models import Document
from retrieval.types import DocumentRef


def answered(
    actor: Actor, *document_ids: UUID, status: MessageStatus = MessageStatus.COMPLETE, **closing: Any
) -> Turn:
    """Ask, have it answered, have the answer counted, twice."""
    turn = services.open_turn(actor=actor, text="מה הנוהל?", lease_owner="tests")
    citations = [
        CitationData(number, uuid4(), each, "נוהל", "כך", 0, 2)
        for number, each in enumerate(document_ids, start=1)
    ]
    services.close_turn(turn=turn, closing=Closing(status=status, text="כך", citations=citations, **closing))
    message = OutboxMessage(
        uuid4(),
        "tested",
        actor.organization_id,
        {"answer_id": str(turn.answer_id)},
        datetime.now(UTC),
    )
    for _again in range(2):
        count_turn(message)
    return turn


def count_as(label: str, *turns: Turn) -> None:
    """Count the questions as those of the topic of that name."""
    with tenant_scope(turns[0].organization_id), transaction.atomic():
        topic, _new = Topic.objects.get_or_create(label=label, defaults={"embedder": "tests"})
        placed = {turn.question_id: topic.pk for turn in turns}
        count_topics(organization_id=turns[0].organization_id, topics=placed)


def today(manager_actor: Actor) -> Dashboard:
    return dashboard(actor=manager_actor, since=localdate(), until=localdate())


def document(manager_actor: Actor, title: str, category: str = "") -> UUID:
    found = documents.create_document(actor=manager_actor, title=title, content=title, category=category)
    return found.id


def test_people_count_once_however_much_they_ask(actor: Actor, manager_actor: Actor) -> None:
    for person in (actor, actor, manager_actor):
        answered(person)
    board = today(manager_actor)
    assert (board.people, board.bars[0].people, board.total.questions) == (2, 2, 3)


@pytest.mark.parametrize("status", [MessageStatus.COMPLETE, MessageStatus.STOPPED])
def test_an_answer_counts_with_its_confidence(
    actor: Actor, manager_actor: Actor, status: MessageStatus
) -> None:
    for level in ("high", "medium", "low", "low", "none"):
        answered(actor, status=status, confidence_level=level)
    found = today(manager_actor).total
    assert (found.confidence_high, found.confidence_medium, found.confidence_low) == (1, 1, 2)
    assert (found.answered, found.confident_share) == (5, 0.25)


def test_what_is_no_answer_has_no_confidence(actor: Actor, manager_actor: Actor) -> None:
    answered(actor, status=MessageStatus.REFUSED, confidence_level="low")
    assert today(manager_actor).total.confidence_low == 0


def test_first_words_count_by_how_long_they_took(actor: Actor, manager_actor: Actor) -> None:
    for waited in (0, 1000, 1001, 3000, 3001, 10_000, 10_001, None):
        answered(actor, first_text_ms=waited)
    found = today(manager_actor).total
    assert (found.first_within_1s, found.first_within_3s) == (2, 2)
    assert (found.first_within_10s, found.first_later) == (2, 1)
    assert found.prompt_share == 4 / 7


def test_answers_count_once_for_each_document(actor: Actor, manager_actor: Actor) -> None:
    leave, sick = (document(manager_actor, title, "היעדרויות") for title in ("חופשה", "מחלה"))
    parking, unread = document(manager_actor, "חניה", "רכב"), document(manager_actor, "פנסיה")
    answered(actor, leave, sick)
    answered(actor, leave, leave, parking)
    board = today(manager_actor)
    assert {each.document.title: each.answers for each in board.used} == {"חופשה": 2, "מחלה": 1, "חניה": 1}
    assert board.used[0].document == DocumentRef(leave, "חופשה", "היעדרויות")
    assert all(each.document.id != unread for each in board.used)


def test_questions_count_for_the_topics_that_they_were_found_to_have(
    actor: Actor, manager_actor: Actor
) -> None:
    turns = [answered(actor, status=MessageStatus.REFUSED), answered(actor), answered(manager_actor)]
    count_as("ימי חופשה", *turns[:2])
    assert today(manager_actor).topics == {"ימי חופשה": 2}
    count_as("ימי חופשה", turns[2])
    with tenant_scope(actor.organization_id):
        Topic.objects.update(label="חופשה שנתית")
    board = today(manager_actor)
    assert board.topics == board.bars[0].topics == {"חופשה שנתית": 3}


def test_documents_without_a_use_are_listed_once_they_are_indexed(actor: Actor, manager_actor: Actor) -> None:
    used, unused = (document(manager_actor, title) for title in ("חופשה", "פנסיה"))
    answered(actor, used)
    assert today(manager_actor).unused == ()
    with tenant_scope(actor.organization_id):
        Document.objects.update(indexed_version=1)
    assert today(manager_actor).unused == (DocumentRef(unused, "פנסיה", ""),)


@pytest.mark.parametrize("status", [MessageStatus.REFUSED, MessageStatus.STOPPED, MessageStatus.FAILED])
def test_only_complete_answers_count_for_documents(
    actor: Actor, manager_actor: Actor, status: MessageStatus
) -> None:
    answered(actor, document(manager_actor, "חופשה", "רווחה"), status=status)
    board = today(manager_actor)
    assert board.used == ()


def test_an_answer_from_a_file_of_ones_own_counts_for_no_document(actor: Actor, manager_actor: Actor) -> None:
    leave = document(manager_actor, "חופשה", "רווחה")
    asked = services.open_turn(actor=actor, text="מה ההצעה?", lease_owner="tests")
    with tenant_scope(actor.organization_id):
        own = Document.objects.create(title="הצעה", category="סוד", conversation_id=asked.conversation_id)
    answered(actor, leave, own.pk)
    board = today(manager_actor)
    assert (board.used, board.total.questions) == ((), 1)


def test_erasing_a_person_leaves_the_numbers_and_not_the_presence(
    actor: Actor, member: User, manager_actor: Actor
) -> None:
    count_as("ימי חופשה", answered(actor, document(manager_actor, "חופשה", "רווחה")))
    with tenant_scope(actor.organization_id):
        member.delete()
        assert not ActivePerson.objects.exists()
        assert DailySubject.objects.count() == 2
    board = today(manager_actor)
    assert (board.people, board.total.questions, board.topics) == (0, 1, {"ימי חופשה": 1})
