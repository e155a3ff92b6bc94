"""What the questions of a generated year are about: told, not found, since how they are grouped is measured
elsewhere (`tests/analytics/test_topics.py`).
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction

from accounts.tenancy import tenant_scope
from analytics.models import Topic, TopicQuestion
from analytics.projections import count_topics
from bench.year.generated import AT_ONCE
from conversations.models import Citation, Message

PARTS = 6


def write_topics(organization_id: UUID, topic_of: Callable[[UUID, str], str]) -> None:
    """Give each question, by its id and text, the topic of that name; none where it is empty."""
    with tenant_scope(organization_id):
        topics: dict[str, Topic] = {}
        rows = []
        questions = Message.objects.filter(role="user")
        fields = ("conversation_id", "author_id", "created_at", "pk", "text")
        for conversation_id, asker_id, asked_at, pk, text in questions.values_list(*fields):
            if not (name := topic_of(pk, text)):
                continue
            if name not in topics:
                topics[name] = Topic(organization_id=organization_id, label=name, embedder="bench")
            topics[name].size += 1
            rows.append(
                TopicQuestion(
                    organization_id=organization_id, question_id=pk, conversation_id=conversation_id,
                    asker_id=asker_id, asked_at=asked_at, topic=topics[name], embedder="bench",
                )
            )  # fmt: skip
        Topic.objects.bulk_create(topics.values())
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            with transaction.atomic():
                TopicQuestion.objects.bulk_create(some)
                placed = {row.question_id: row.topic_id for row in some if row.topic_id}
                count_topics(organization_id=organization_id, topics=placed)


def has_topics(organization_id: UUID) -> bool:
    with tenant_scope(organization_id):
        return Topic.objects.exists()


def by_subject(_question_id: UUID, text: str) -> str:
    """Return one of `PARTS` topics of the subject that the text names."""
    subject, _comma, section = text.removesuffix("?").partition(", סעיף ")
    return f"{subject.split()[-1]} {int(section) % PARTS + 1}"


def by_document(organization_id: UUID, names: Mapping[str, str]) -> Callable[[UUID, str], str]:
    """Return what names a question by the title of the document that answered it."""
    with tenant_scope(organization_id):
        cited = Citation.objects.values_list("message__parent_id", "document_title")
        titles = {question_id: title for question_id, title in cited if question_id is not None}
    return lambda question_id, _text: names.get(titles.get(question_id, ""), "")
