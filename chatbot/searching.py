"""The searching for one answer, within the turn of its organisation: searching keeps a processor busy, and an
organisation that asks much shall not keep the others waiting."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from chatbot import metrics
from chatbot.summaries import summary_request
from config.kernel.database import in_worker
from retrieval.approved import FoundAnswer, find_approved
from retrieval.search import find_passages
from retrieval.types import Reader, SearchResult
from retrieval.whole_files import read_files

SearchTurn: TypeAlias = Callable[[UUID], AbstractAsyncContextManager[None]]


def at_once(_organization_id: UUID) -> AbstractAsyncContextManager[None]:
    """Return the turn of somebody who searches alone."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for, and as whom; `turn` waits until the organisation may. `asked` are the question's
    own words, where the text has others beside them.
    """

    text: str
    reader: Reader
    conversation_id: UUID
    turn: SearchTurn
    asked: str = ""

    async def approved(self) -> FoundAnswer | None:
        """Return the answer that a manager has approved for the question."""
        async with self.turn(self.reader.organization_id):
            return await in_worker(find_approved)(question=self.text, reader=self.reader)

    async def result(self) -> SearchResult:
        """Return what the documents have, or of a file that shall be summarised what stands in it.

        Raises EmbeddingsUnavailableError and StoreUnavailableError.
        """
        async with self.turn(self.reader.organization_id):
            if (whole := await self._whole_files()) is not None:
                return whole
            with metrics.RETRIEVAL_SECONDS.labels("total").time():
                return await in_worker(find_passages)(
                    question=self.text, reader=self.reader, conversation_id=self.conversation_id
                )

    async def _whole_files(self) -> SearchResult | None:
        named = summary_request(self.asked or self.text)
        if named is None:
            return None
        return await in_worker(read_files)(
            reader=self.reader, conversation_id=self.conversation_id, named=named
        )
