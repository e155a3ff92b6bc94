"""Turns for the tests: asked and answered through the services, looked at as rows."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.utils.timezone import now

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from conversations import services
from conversations.models import Citation, Conversation, Message
from conversations.types import Checkpoint, CitationData, Closing, MessageStatus, Turn, Usage, Written

T = TypeVar("T")
OWNER = "replica-1"
QUESTION = "כמה ימי חופשה מגיעים לי?"
QUOTE = "מכסת החופשה היא 21 ימים."


def ask(actor: Actor, text: str = QUESTION, **fields: Any) -> Turn:
    return services.open_turn(**{"actor": actor, "text": text, "lease_owner": OWNER, **fields})


def answer(turn: Turn, text: str = "21 ימים [1].", **fields: Any) -> bool:
    closing = Closing(**{"status": MessageStatus.COMPLETE, "text": text, "model": "extractive", **fields})
    return services.close_turn(turn=turn, closing=closing)


def full_answer(turn: Turn) -> bool:
    """Close the turn with everything that an answer can have."""
    return answer(
        turn,
        citations=[citation(2), citation(1)],
        sources=[{"document_id": str(uuid4()), "passage_id": str(uuid4()), "title": "נוהל חופשה"}],
        confidence=0.75,
        confidence_level="high",
        usage=Usage(120, 30),
    )


def citation(number: int = 1) -> CitationData:
    return CitationData(number, uuid4(), uuid4(), "נוהל חופשה", QUOTE, 0, len(QUOTE))


def talk(actor: Actor, *texts: str, **fields: Any) -> Turn:
    """Ask and answer each text in one conversation; return the last turn."""
    turn = ask(actor, texts[0], **fields)
    answer(turn, f"תשובה: {texts[0]}")
    for text in texts[1:]:
        turn = ask(actor, text, conversation_id=turn.conversation_id)
        answer(turn, f"תשובה: {text}")
    return turn


def message(message_id: UUID, organization_id: UUID) -> Message:
    with tenant_scope(organization_id):
        row: Message = Message.objects.get(pk=message_id)
    return row


def answer_row(turn: Turn) -> Message:
    return message(turn.answer_id, turn.organization_id)


def counts(organization_id: UUID) -> tuple[int, int, int]:
    """Return how many conversations, messages and citations the organisation has."""
    with tenant_scope(organization_id):
        return Conversation.objects.count(), Message.objects.count(), Citation.objects.count()


def let_lease_expire(turn: Turn, *, seconds: float = 1) -> None:
    with tenant_scope(turn.organization_id):
        Message.objects.filter(pk=turn.answer_id).update(lease_expires_at=now() - timedelta(seconds=seconds))


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Run the calls in threads that set out together; return their results, raise what they raised."""
    gate = Barrier(len(calls), timeout=20)

    def run(call: Callable[[], T]) -> T:
        gate.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        running: list[Future[T]] = [pool.submit(run, call) for call in calls]
    return [future.result() for future in running]


def checkpoint(turn: Turn, text: str, owner: str = OWNER) -> Checkpoint:
    written = {turn.answer_id: Written(text)}
    return services.checkpoint_turns(
        organization_id=turn.organization_id, written=written, lease_owner=owner
    )[turn.answer_id]
