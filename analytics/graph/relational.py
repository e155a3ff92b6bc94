"""The embedded graph: the database's own rows, read as one. There is nothing to put or to remove."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from accounts.tenancy import tenant_scope
from analytics.graph.port import GraphQuestion
from analytics.models import TopicQuestion
from conversations import asked
from conversations.types import MessageRole, MessageStatus
from retrieval.selectors import all_private_files

K = TypeVar("K", bound=Hashable)


class RelationalGraph:
    """Knows a question from the moment its answer is closed until its conversation is deleted."""

    name = "relational"

    def put(self, organization_id: UUID, questions: Sequence[GraphQuestion]) -> None:
        """Do nothing: the rows are there already."""

    def remove(self, organization_id: UUID, question_ids: Collection[UUID]) -> None:
        """Do nothing: the rows have gone already."""

    def questions_citing(
        self, organization_id: UUID, document_ids: Collection[UUID], *, limit: int
    ) -> list[UUID]:
        return asked.questions_citing(organization_id=organization_id, document_ids=document_ids, limit=limit)

    def askers(self, organization_id: UUID, since: datetime, until: datetime) -> dict[UUID, set[UUID]]:
        with tenant_scope(organization_id):
            found = _placed(since, until).values_list("topic_id", "asker_id").distinct()
            return _together(found)

    def readers(
        self, organization_id: UUID, since: datetime, until: datetime
    ) -> dict[tuple[UUID, UUID], set[UUID]]:
        document = "question__children__citations__document_id"
        with tenant_scope(organization_id):
            answered = _placed(since, until).filter(
                question__children__status=MessageStatus.COMPLETE,
                question__children__role=MessageRole.ASSISTANT,
                question__children__citations__isnull=False,
            )
            about_own = answered.filter(**{f"{document}__in": all_private_files()}).values("question_id")
            found = answered.exclude(question_id__in=about_own)
            rows = found.values_list("topic_id", document, "asker_id").distinct()
            return _together(((topic, document_id), who) for topic, document_id, who in rows)

    def inventory(self, organization_id: UUID) -> dict[UUID, str]:
        return asked.question_hashes(organization_id=organization_id)

    def is_healthy(self) -> bool:
        return True


def _placed(since: datetime, until: datetime) -> QuerySet[TopicQuestion]:
    rows: QuerySet[TopicQuestion] = TopicQuestion.objects.filter(
        topic__isnull=False, conversation__deleted_at=None, asked_at__gte=since, asked_at__lt=until
    )
    return rows


def _together(pairs: Iterable[tuple[K, UUID]]) -> dict[K, set[UUID]]:
    found: dict[K, set[UUID]] = defaultdict(set)
    for key, who in pairs:
        found[key].add(who)
    return dict(found)
