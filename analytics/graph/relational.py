"""The embedded graph: the database's own rows, read as one. There is nothing to put or to remove."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from analytics.graph.port import GraphQuestion
from conversations import asked
from retrieval.selectors import all_private_files


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

    def readers(self, organization_id: UUID, since: datetime, until: datetime) -> dict[UUID, set[UUID]]:
        return asked.readers_of_documents(
            organization_id=organization_id, since=since, until=until, private=all_private_files()
        )

    def inventory(self, organization_id: UUID) -> dict[UUID, str]:
        return asked.question_hashes(organization_id=organization_id)

    def is_healthy(self) -> bool:
        return True
