"""Asking and following: what the socket, REST, SSE and the OpenAI-compatible interface have in common."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError  # of a connection as well as of a query
from django.utils.timezone import now

from accounts.limits import LimitState, acheck
from accounts.types import Actor
from chatbot.draft import Begun
from chatbot.payloads import citations_json
from chatbot.protocol import Accepted, Done, encode
from chatbot.streams.port import Entry, LogExpiredError
from chatbot.supervisor import get_supervisor
from chatbot.turn import TurnRequest
from chatbot.watch import Standing
from config.kernel.database import in_database
from config.kernel.types import JSONObject
from conversations import access as conversation_access
from conversations import selectors as conversations
from conversations import services as conversation_services
from conversations.errors import AnswerWholeError
from conversations.grounds import WITHOUT_SOURCES
from conversations.types import HistoryItem, MessageStatus, StoredAnswer, Turn
from retrieval import access as retrieval_access

_POLL_SECONDS = 1.0
_UNFINISHED = {MessageStatus.QUEUED, MessageStatus.STREAMING}


@dataclass(frozen=True, slots=True)
class Question:
    """What a client may say when it asks; `client_id` is the idempotency key."""

    text: str
    client_id: str | None = None
    conversation_id: UUID | None = None
    session_id: str | None = None
    parent_id: UUID | None = None
    history: tuple[HistoryItem, ...] | None = None


async def admit(actor: Actor) -> LimitState:
    """Count one question of the actor and return what is left.

    Raises RateLimitedError, DrainingError and BusyError.
    """
    get_supervisor().ensure_accepting(actor.organization_id)
    return await acheck("question", str(actor.user_id))


async def ask(actor: Actor, question: Question) -> Turn:
    """Store the question and start its answer; the same `client_id` again returns the same turn and starts
    nothing. A question that is stored is answered, also when the caller is cancelled in between.

    Call `admit` first. Raises DrainingError, BusyError and the errors of `open_turn`: bad text, another's
    conversation.
    """
    return await get_supervisor().see_through(_ask(actor, question))


async def _ask(actor: Actor, question: Question) -> Turn:
    supervisor = get_supervisor()
    with supervisor.accepting(actor.organization_id):
        turn = await in_database(conversation_services.open_turn)(
            actor=actor,
            text=question.text,
            conversation_id=question.conversation_id,
            session_id=question.session_id,
            parent_id=question.parent_id,
            client_id=question.client_id,
            lease_owner=supervisor.lease_owner,
        )
        if turn.created:
            request = TurnRequest(turn, retrieval_access.reader_of(actor), question.history)
            await supervisor.launch(request, actor)
    return turn


async def regenerate(actor: Actor, answer_id: UUID) -> Turn:
    """Start another answer to the same question, beside the first one; call `admit` first.

    Raises NotFoundError, and AnswerInProgressError while an answer to the question is being written.
    """
    return await get_supervisor().see_through(_regenerate(actor, answer_id))


async def _regenerate(actor: Actor, answer_id: UUID) -> Turn:
    supervisor = get_supervisor()
    with supervisor.accepting(actor.organization_id):
        turn = await in_database(conversation_services.reopen_answer)(
            actor=actor, answer_id=answer_id, lease_owner=supervisor.lease_owner
        )
        await supervisor.launch(TurnRequest(turn, retrieval_access.reader_of(actor)), actor)
    return turn


async def go_on(actor: Actor, answer_id: UUID) -> Turn:
    """Start an answer that goes on from one that was stopped or interrupted; call `admit` first. Asked again,
    it returns the same turn and starts nothing.

    Raises NotFoundError, AnswerWholeError (also where the model can only begin anew), AnswerInProgressError.
    """
    return await get_supervisor().see_through(_go_on(actor, answer_id))


async def _go_on(actor: Actor, answer_id: UUID) -> Turn:
    supervisor = get_supervisor()
    stored = await _stored(actor, answer_id)
    is_free = WITHOUT_SOURCES in stored.grounds.reasons
    if not supervisor.model.continues or stored.approval or is_free:
        raise AnswerWholeError(details={"model": supervisor.model.name})
    with supervisor.accepting(actor.organization_id):
        turn = await in_database(conversation_services.continue_answer)(
            actor=actor, answer_id=answer_id, lease_owner=supervisor.lease_owner
        )
        if turn.created:
            begun = Begun(stored.text, stored.citations)
            request = TurnRequest(turn, retrieval_access.reader_of(actor), begun=begun)
            await supervisor.launch(request, actor)
    return turn


def accepted_frame(turn: Turn, client_id: str) -> Accepted:
    """Return the frame that tells a client under which ids its question is kept."""
    return Accepted(client_id, turn.conversation_id, turn.session_id, turn.question_id, turn.answer_id)


async def follow(actor: Actor, answer_id: UUID, *, after_seq: int = 0) -> AsyncGenerator[Entry | None, None]:
    """Yield the answer's frames after `after_seq`: from the log, or one authoritative end when the log is
    out of reach, its writer is gone, it ended before `after_seq`, or holds what the actor may not open any
    more. None, now and then while nothing comes, says that it is still open.

    Raises NotFoundError when the answer is not the actor's, whether it exists or not; and, whenever the
    actor's account or sign-in comes to its end meanwhile, what `reload_actor` raises.
    """
    message = await in_database(conversation_access.get_message)(message_id=answer_id, actor=actor)
    is_closed = message.status not in _UNFINISHED
    is_withheld = is_closed and (await _stored(actor, answer_id)).is_withheld
    standing = Standing(actor)
    with get_supervisor().watch.over(standing):
        if is_withheld:
            yield await _stored_end(standing, answer_id, after_seq + 1)
            return
        async with aclosing(_entries(standing, answer_id, after_seq)) as entries:
            async for entry in entries:
                standing.reader()
                yield entry


async def _entries(standing: Standing, answer_id: UUID, after_seq: int) -> AsyncGenerator[Entry | None, None]:
    """Yield what the log has, as often as it is within reach, and the stored end when it has no more to say.

    A log that is out of reach for a while is waited for: its frames say all that the end says, and more.
    """
    position = after_seq
    while True:
        with suppress(LogExpiredError):
            async with aclosing(get_supervisor().log.read(answer_id, after_seq=position)) as entries:
                async for entry in entries:
                    if entry is None and await _is_over(standing, answer_id):
                        break
                    yield entry
                    position = entry.seq if entry else position
                    if entry is not None and entry.last:
                        return
                else:
                    break  # the reader was at the end before
        if await _is_over(standing, answer_id):
            break
        yield None
        await asyncio.sleep(_POLL_SECONDS)
    yield await _stored_end(standing, answer_id, position + 1)


async def _is_over(standing: Standing, answer_id: UUID) -> bool:
    """Tell whether nothing more can come of the log: its writer died, or would have told the end by now."""
    if get_supervisor().writes(answer_id):  # else all who wait in the queue here would ask the database
        return False
    try:
        state = await in_database(conversations.answer_state)(actor=standing.reader(), answer_id=answer_id)
    except DatabaseError:  # the stream does not depend on it; the next look may succeed
        return False
    if state.status in _UNFINISHED:
        return False
    late = now() - timedelta(seconds=settings.ANSWER_LATE_SECONDS)
    return state.is_cut_off or state.completed_at is None or state.completed_at < late


async def _stored_end(standing: Standing, answer_id: UUID, seq: int) -> Entry:
    """Return the closing frame out of the database."""
    stored = await _stored(standing.reader(), answer_id)
    citations = await _citations(standing.reader(), stored)
    return Entry(seq, encode(_done_frame(stored, citations, seq)), last=True)


async def _stored(actor: Actor, answer_id: UUID) -> StoredAnswer:
    return await in_database(conversations.stored_answer)(actor=actor, answer_id=answer_id)


def _done_frame(stored: StoredAnswer, citations: list[JSONObject], seq: int) -> Done:
    return Done(
        answer_id=stored.answer_id,
        seq=seq,
        status=stored.status,
        text=stored.text,
        citations=citations,
        confidence=round(stored.confidence or 0.0, 4),
        confidence_level=stored.confidence_level or "none",
        tokens_used=stored.usage.prompt_tokens + stored.usage.completion_tokens,
        model=stored.model,
        approval=stored.approval.as_json() if stored.approval else None,
        confidence_reasons=stored.grounds.reasons,
        support=stored.grounds.support,
    )


async def finished(actor: Actor, turn: Turn) -> JSONObject:
    """Wait for the end of an answer and return it in the form of `POST /chat`."""
    async with aclosing(follow(actor, turn.answer_id)) as entries:
        async for _entry in entries:
            pass
    return await answer_json(actor, turn.answer_id)


async def answer_json(actor: Actor, answer_id: UUID) -> JSONObject:
    """Return a stored answer as `{response, session_id, timestamp, confidence, …}` of the REST contract."""
    stored = await _stored(actor, answer_id)
    return {
        "response": stored.text,
        "session_id": stored.session_id,
        "conversation_id": str(stored.conversation_id),
        "question_id": str(stored.question_id),
        "answer_id": str(stored.answer_id),
        "timestamp": (stored.completed_at or stored.created_at).isoformat(),
        "status": str(stored.status),
        "confidence": round(stored.confidence or 0.0, 4),
        "confidence_level": stored.confidence_level or "none",
        "confidence_reasons": [*stored.grounds.reasons],
        "support": stored.grounds.support,
        "sources": [*await _readable_sources(actor, stored)],
        "citations": [*await _citations(actor, stored)],
        "tokens_used": stored.usage.prompt_tokens + stored.usage.completion_tokens,
        "model": stored.model,
        "approval": stored.approval.as_json() if stored.approval else None,
        "error_code": stored.error_code or None,
    }


async def _citations(actor: Actor, stored: StoredAnswer) -> list[JSONObject]:
    """Return the citations with the pages on which their passages stand now, as far as they open."""
    cited = {citation.passage_id for citation in stored.citations}
    reader = retrieval_access.reader_of(actor)
    pages = await in_database(retrieval_access.open_pages)(cited, reader) if cited else {}
    return citations_json(stored.citations, pages)


async def _readable_sources(actor: Actor, stored: StoredAnswer) -> list[JSONObject]:
    """Return the sources that this reader may still open, with their text as it is now."""
    ids = [UUID(str(source["passage_id"])) for source in stored.sources]
    passages = await in_database(retrieval_access.open_passages)(ids, retrieval_access.reader_of(actor))
    texts = {str(passage_id): passage.text for passage_id, passage in passages.items()}
    return [
        {
            "document": {
                "id": source["document_id"],
                "title": source["title"],
                "category": source.get("category", ""),
            },
            "passage": {
                "id": source["passage_id"],
                "text": texts[str(source["passage_id"])],
                "page": source.get("page"),
            },
            "score": source.get("score"),
        }
        for source in stored.sources
        if str(source["passage_id"]) in texts
    ]


async def stop(actor: Actor, answer_id: UUID) -> None:
    """Stop an answer wherever it runs, at once; where no signal arrives, at its next checkpoint.

    Raises NotFoundError.
    """
    await in_database(conversation_services.request_stop)(actor=actor, answer_id=answer_id)
    await get_supervisor().stop(answer_id)
