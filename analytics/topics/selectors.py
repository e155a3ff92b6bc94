"""What questions are about."""

from collections.abc import Collection
from uuid import UUID

from accounts.tenancy import tenant_scope
from analytics.models import Topic, TopicQuestion


def topics_of(*, organization_id: UUID, question_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Return id and name of the topic of each question that has one."""
    with tenant_scope(organization_id):
        rows = TopicQuestion.objects.filter(question_id__in=question_ids, topic__isnull=False)
        found = rows.values_list("question_id", "topic_id", "topic__label")
        return {question_id: (topic_id, label) for question_id, topic_id, label in found}


def names_of_topics(*, organization_id: UUID) -> dict[UUID, str]:
    """Return what the organisation's topics are called now."""
    with tenant_scope(organization_id):
        return dict(Topic.objects.values_list("pk", "label"))
