"""Keeps what a process's answers have come to: saves their texts and renews their leases, again and again.

Answers of one organisation are saved together: one statement for all of them costs little more than for one.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from django.db import Error as DatabaseError  # of a connection as well as of a query

from config.kernel.database import in_keeping
from conversations import services as conversations
from conversations.types import Checkpoint, Turn, Written

logger = logging.getLogger(__name__)
CHECKPOINT_SECONDS = 0.8
ANSWERS_AT_ONCE = 50


class Kept(Protocol):
    """An answer that is being written."""

    @property
    def turn(self) -> Turn: ...

    def written(self) -> Written:
        """Return what there is of it by now."""
        ...

    def was_kept(self, written: Written, checkpoint: Checkpoint) -> None:
        """Hear that this is saved, and how the answer stands."""
        ...


class Keeper:
    """Lives on one event loop; an organisation's task exists while one of its answers is written."""

    def __init__(self, lease_owner: str) -> None:
        self.lease_owner = lease_owner
        self._answers: dict[UUID, dict[UUID, Kept]] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    @contextmanager
    def over(self, answer: Kept) -> Iterator[None]:
        """Keep the answer within the block, at least once a second."""
        organization_id, answer_id = answer.turn.organization_id, answer.turn.answer_id
        answers = self._answers.setdefault(organization_id, {})
        answers[answer_id] = answer
        if organization_id not in self._tasks:
            self._tasks[organization_id] = asyncio.create_task(self._keep(organization_id, answers))
        try:
            yield
        finally:
            del answers[answer_id]
            if not answers:
                del self._answers[organization_id]
                self._tasks.pop(organization_id).cancel()

    async def _keep(self, organization_id: UUID, answers: Mapping[UUID, Kept]) -> None:
        while True:
            await asyncio.sleep(CHECKPOINT_SECONDS)
            open_now = list(answers)
            for start in range(0, len(open_now), ANSWERS_AT_ONCE):
                await self._try(organization_id, open_now[start : start + ANSWERS_AT_ONCE], answers)

    async def _try(self, organization_id: UUID, ids: Sequence[UUID], answers: Mapping[UUID, Kept]) -> None:
        try:
            await self._save(organization_id, ids, answers)
        except DatabaseError:
            logger.warning("answers not saved yet", extra={"organization_id": str(organization_id)})
        except Exception:  # whatever it is: the leases of all others, and the next attempt, hang on this task
            logger.exception("answers not saved", extra={"organization_id": str(organization_id)})

    async def _save(self, organization_id: UUID, ids: Sequence[UUID], answers: Mapping[UUID, Kept]) -> None:
        written = {each: answers[each].written() for each in ids if each in answers}
        checkpoints = await in_keeping(conversations.checkpoint_turns)(
            organization_id=organization_id, written=written, lease_owner=self.lease_owner
        )
        for answer_id, checkpoint in checkpoints.items():
            if answer_id in answers:  # otherwise it has come to its end meanwhile
                answers[answer_id].was_kept(written[answer_id], checkpoint)
