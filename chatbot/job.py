"""One generation: owns the answer's row by a lease, its log by sequence numbers, and ends both exactly
once."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import Error as DatabaseError  # of a connection as well as of a query

from accounts.standing import active_person
from accounts.types import Actor
from chatbot import metrics
from chatbot.admission import FairQueue
from chatbot.approved import approval_in, source_of
from chatbot.confidence import NO_CONFIDENCE
from chatbot.draft import Draft
from chatbot.keeping import Keeper
from chatbot.llm.port import LanguageModel
from chatbot.payloads import citations_json, source_json, stored_source
from chatbot.protocol import AnswerFrame, Delta, Done, Error, Sources, Stage, encode
from chatbot.streams.port import AnswerLog, Entry
from chatbot.turn import Progress, SourcesFound, StageReached, TurnRequest, run_turn
from config.kernel.database import in_database, in_worker
from config.kernel.errors import DomainError, ServiceUnavailableError
from config.kernel.types import JSONObject
from conversations import services as conversations
from conversations.types import (
    APPROVED,
    WITHDRAWN,
    Checkpoint,
    CitationData,
    Closing,
    MessageStatus,
    Usage,
    Written,
)
from retrieval.access import reader_of

logger = logging.getLogger(__name__)
# A database that is away for a minute costs the asker some waiting, not the answer; then the reaper ends it.
CLOSING_PAUSES = (0.2, 0.5, 1.0, *[2.0] * 29)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every job of a process shares."""

    model: LanguageModel
    log: AnswerLog
    queue: FairQueue
    searches: FairQueue
    keeper: Keeper

    def search_turn(self, organization_id: UUID) -> AbstractAsyncContextManager[None]:
        """Return the turn of an organisation to search: of many questions at once, one after the other."""
        return self.searches.turn(organization_id, _say_nothing)


class Job:
    """Runs once. `stop` keeps what was written as `stopped`; a plain cancel keeps it as `interrupted`.

    It goes on whether or not its asker stays signed in; but for nobody who lost the account, and not out of
    documents that the asker may no longer read.
    """

    def __init__(self, request: TurnRequest, actor: Actor, workshop: Workshop) -> None:
        self._request = request
        self._actor = replace(actor, sign_in=None)
        self.turn = request.turn
        self._workshop = workshop
        self._draft = Draft(request.turn.text, begun=request.begun)
        self._confidence = NO_CONFIDENCE
        self._seq = 0
        self._stopped = False
        self._withdrawn = False
        self._is_closing = False
        self._sources: Sequence[JSONObject] = []  # as they are stored
        self._saved: tuple[Sequence[CitationData], Sequence[JSONObject]] = ((), [])
        self._began = time.monotonic()
        self._first_text: float | None = None  # seconds after that
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Write the answer and close it, whatever happens; raises nothing."""
        self._task = asyncio.current_task()
        error: DomainError | None = None
        try:
            with self._workshop.keeper.over(self):
                await self._write()
        except asyncio.CancelledError:
            self._draft.status = MessageStatus.STOPPED if self._stopped else MessageStatus.INTERRUPTED
        except DomainError as failure:
            error = failure
        except Exception:
            logger.exception("turn failed", extra={"answer_id": str(self.turn.answer_id)})
            error = ServiceUnavailableError()
        # The answer is closed in a task of its own: a second cancel must not leave it open.
        self._is_closing = True
        await asyncio.shield(asyncio.create_task(self._close(error)))

    def stop(self) -> None:
        """End the generation at its next step and keep what was written."""
        self._stopped = True
        self._end_writing()

    def _end_writing(self) -> None:
        # What is being closed ends by itself, and is waited for where the process goes away.
        if self._task is not None and not self._is_closing:
            self._task.cancel()

    @property
    def known(self) -> Actor:
        """The asker as last seen."""
        return self._actor

    async def review(self) -> None:
        """Withdraw the answer when its asker may read less than when it was begun, or is nobody any more."""
        asker = self._actor
        with suppress(DatabaseError):
            now = await in_database(active_person)(
                user_id=asker.user_id, organization_id=asker.organization_id
            )
            self._actor = now or asker
            if now is None or not reader_of(now).may_read_all_that(self._request.reader):
                self._withdrawn = True
                self._end_writing()

    async def _write(self) -> None:
        if self._stopped or self._withdrawn:  # asked for before the first step ran
            raise asyncio.CancelledError
        async with (
            self._workshop.queue.turn(self.turn.organization_id, self._say_place),
            aclosing(self._turn()) as progress,
        ):
            async for step in progress:
                await self._publish(step)

    def _turn(self) -> AsyncGenerator[Progress, None]:
        return run_turn(self._request, self._draft, self._workshop.model, self._workshop.search_turn)

    async def _say_place(self, place: int) -> None:
        await self._publish(StageReached("queued", place))

    async def _publish(self, step: Progress) -> None:
        self._seq += 1
        answer_id, seq = self.turn.answer_id, self._seq
        if isinstance(step, StageReached):
            return await self._append(Stage(answer_id, seq, step.stage, step.position))
        if isinstance(step, SourcesFound):
            self._sources = _stored_sources(self._draft, step)
            return await self._append(
                Sources(answer_id, seq, [source_json(source) for source in step.passages])
            )
        if len(self._draft.parts) == 1:
            self._first_text = time.monotonic() - self._began
            metrics.FIRST_TOKEN_SECONDS.observe(self._first_text)
        return await self._append(Delta(answer_id, seq, step.text))

    async def _append(self, frame: AnswerFrame, *, last: bool = False) -> None:
        await self._workshop.log.append(self.turn.answer_id, Entry(self._seq, encode(frame), last))

    def written(self) -> Written:
        """Return what is written so far, with the citations and sources only where they are new."""
        draft = self._draft
        return Written(
            draft.text,
            citations=None if draft.citations == self._saved[0] else draft.citations,
            sources=None if self._sources == self._saved[1] else self._sources,
        )

    def was_kept(self, written: Written, checkpoint: Checkpoint) -> None:
        """Remember what is saved; learn of a stop asked for on another replica."""
        self._saved = (written.citations or self._saved[0], written.sources or self._saved[1])
        if checkpoint.stop_requested or not checkpoint.alive:
            self.stop()

    async def _close(self, error: DomainError | None) -> None:
        draft = self._draft
        if not draft.parts and draft.begun.text:  # it ended in the queue: nothing of what was begun is lost
            draft.parts.append(draft.begun.text)
        if error is not None:
            draft.status = MessageStatus.INTERRUPTED if draft.parts else MessageStatus.FAILED
        if self._withdrawn:
            draft.error_code = WITHDRAWN
        kept = True
        self._confidence = await in_worker(lambda: draft.confidence)()
        try:
            stored = await self._store_patiently(error.code if error else draft.error_code)
            if not stored or self._withdrawn:
                # The database says how it ended: the lease was lost and somebody closed the answer, or the
                # log holds passages that its asker may no longer read.
                return await self._workshop.log.discard(self.turn.answer_id)
        except DatabaseError:
            # The reaper will close the row as interrupted with its last checkpoint: no end may be told of
            # which nothing is kept.
            logger.exception("turn could not be closed", extra={"answer_id": str(self.turn.answer_id)})
            error, kept, draft.status = ServiceUnavailableError(), False, MessageStatus.INTERRUPTED
        self._seq += 1
        await self._append(self._last_frame(error, kept=kept), last=True)
        return self._count()

    async def _store_patiently(self, error_code: str) -> bool:
        with self._workshop.keeper.over(self):  # so that the lease does not run out meanwhile
            for pause in CLOSING_PAUSES:
                try:
                    return await in_database(self._store)(error_code)
                except DatabaseError:
                    logger.warning("turn not closed yet", extra={"answer_id": str(self.turn.answer_id)})
                    await asyncio.sleep(pause)
            return await in_database(self._store)(error_code)

    def _store(self, error_code: str) -> bool:
        draft = self._draft
        closing = Closing(
            status=draft.status,
            text=draft.text,
            citations=draft.citations,
            sources=self._sources,
            confidence=self._confidence.value,
            confidence_level=self._confidence.level,
            grounds=self._confidence.grounds,
            usage=Usage(draft.tokens.prompt, draft.tokens.completion),
            first_text_ms=None if self._first_text is None else round(self._first_text * 1000),
            model=self._author,
            error_code=error_code,
        )
        return conversations.close_turn(turn=self.turn, closing=closing) or conversations.is_closed_as(
            turn=self.turn, closing=closing
        )

    def _last_frame(self, error: DomainError | None, *, kept: bool) -> AnswerFrame:
        draft, answer_id = self._draft, self.turn.answer_id
        if error is not None and not (kept and draft.parts):
            return Error(
                error.code, str(error.message), error.details or None, error.retry_after, answer_id, self._seq
            )
        return Done(
            answer_id=answer_id,
            seq=self._seq,
            status=draft.status,
            text=draft.text,
            citations=citations_json(draft.citations, draft.pages),
            confidence=round(self._confidence.value, 4),
            confidence_level=self._confidence.level,
            tokens_used=draft.tokens.prompt + draft.tokens.completion,
            model=self._author,
            approval=approval_in(draft.approved).as_json() if draft.approved else None,
            confidence_reasons=self._confidence.grounds.reasons,
            support=self._confidence.grounds.support,
        )

    @property
    def _author(self) -> str:
        return APPROVED if self._draft.approved else self._workshop.model.name

    def _count(self) -> None:
        draft = self._draft
        metrics.REQUESTS.labels(draft.status).inc()
        metrics.REQUEST_SECONDS.observe(time.monotonic() - self._began)
        metrics.TOKENS.labels("prompt").inc(draft.tokens.prompt)
        metrics.TOKENS.labels("completion").inc(draft.tokens.completion)
        extra = {"answer_id": str(self.turn.answer_id), "status": str(draft.status), "frames": self._seq}
        logger.info("turn closed", extra=extra)


def _stored_sources(draft: Draft, found: SourcesFound) -> list[JSONObject]:
    passages = [stored_source(source) for source in found.passages]
    return [source_of(draft.approved), *passages] if draft.approved else passages


async def _say_nothing(_place: int) -> None:
    """A search is over before anybody could be told."""
