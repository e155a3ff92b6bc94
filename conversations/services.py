"""Everything that changes a conversation; each function is one transaction inside the actor's
organisation."""

import hashlib
import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.tenancy import system_scope, tenant_scope
from accounts.types import Actor
from config.kernel import outbox
from config.kernel.errors import NotFoundError
from config.kernel.text import clean_text
from conversations.access import get_conversation, get_message
from conversations.errors import IdempotencyConflictError, InvalidClientIdError, InvalidSessionIdError
from conversations.models import Citation, Conversation, Message
from conversations.types import (
    OPEN_STATUSES,
    Checkpoint,
    CitationData,
    Closing,
    MessageRole,
    MessageStatus,
    Turn,
)

TITLE_LENGTH = 60
REAPED_AT_ONCE = 200


def open_turn(  # noqa: PLR0913 - the question's five coordinates, and who writes the answer
    *,
    actor: Actor,
    text: str,
    lease_owner: str,
    conversation_id: UUID | None = None,
    session_id: str | None = None,
    parent_id: UUID | None = None,
    client_id: str | None = None,
) -> Turn:
    """Store a question and the leased row of its answer, opening the conversation on first use.

    The same `client_id` again returns the first turn with `created=False`, also when both come at once.
    Raises
    the errors of `clean_text`, InvalidSessionIdError, InvalidClientIdError, IdempotencyConflictError for a
    key
    that was used for another question, NotFoundError for a conversation or parent that is not the actor's.
    """
    question = clean_text(text, max_length=settings.QUESTION_MAX_LENGTH, field="text")
    _check_key(client_id)
    _check_session_id(session_id)
    with tenant_scope(actor.organization_id):
        earlier = _earlier_turn(actor, client_id, question)
        if earlier is not None:
            return earlier
        try:
            with transaction.atomic():
                conversation = _conversation(actor, conversation_id, session_id, question)
                parent = _parent(conversation, parent_id)
                return _insert_turn(conversation, parent, question, client_id, lease_owner)
        except IntegrityError:
            # Somebody else was faster with the same key: theirs is the turn.
            earlier = _earlier_turn(actor, client_id, question)
            if earlier is None:
                raise
            return earlier


def _check_key(client_id: str | None) -> None:
    if client_id is not None and not (0 < len(client_id) <= 128 and client_id.isprintable()):
        raise InvalidClientIdError


def _check_session_id(session_id: str | None) -> None:
    if session_id is not None and not (0 < len(session_id) <= 64 and session_id.isprintable()):
        raise InvalidSessionIdError


def _earlier_turn(actor: Actor, client_id: str | None, question: str) -> Turn | None:
    if client_id is None:
        return None
    asked = (
        Message.objects.select_related("conversation")
        .filter(author_id=actor.user_id, client_id=client_id)
        .first()
    )
    if asked is None:
        return None
    answer = asked.children.filter(role=MessageRole.ASSISTANT).order_by("created_at").first()
    if asked.text != question or answer is None:
        raise IdempotencyConflictError
    return _turn(asked.conversation, asked, answer, created=False)


def _conversation(
    actor: Actor, conversation_id: UUID | None, session_id: str | None, question: str
) -> Conversation:
    if conversation_id is not None:
        return get_conversation(conversation_id=conversation_id, actor=actor)
    new_id = uuid4()
    name = session_id or str(new_id)
    found: Conversation | None = Conversation.objects.filter(owner_id=actor.user_id, session_id=name).first()
    if found is None:
        made: Conversation = Conversation.objects.create(
            id=new_id, owner_id=actor.user_id, session_id=name, title=automatic_title(question)
        )
        return made
    if found.deleted_at is not None:
        # The name is free again for its owner; what was deleted stays deleted.
        Conversation.objects.filter(pk=found.pk).update(session_id=f"deleted-{found.pk}")
        return _conversation(actor, None, session_id, question)
    return found


def automatic_title(question: str) -> str:
    """Return the question's first words, at most TITLE_LENGTH characters and whole."""
    line = " ".join(question.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return re.sub(r"\s+\S*$", "", line[: TITLE_LENGTH + 1])[:TITLE_LENGTH] + "…"


def _parent(conversation: Conversation, parent_id: UUID | None) -> Message | None:
    messages = Message.objects.filter(conversation=conversation)
    if parent_id is None:
        last: Message | None = (
            messages.filter(role=MessageRole.ASSISTANT).order_by("-created_at", "-id").first()
        )
        return last
    found: Message | None = messages.filter(pk=parent_id).first()
    if found is None:
        raise NotFoundError
    return found


def _insert_turn(
    conversation: Conversation, parent: Message | None, question: str, client_id: str | None, lease_owner: str
) -> Turn:
    asked = Message.objects.create(
        conversation=conversation,
        parent=parent,
        author_id=conversation.owner_id,
        role=MessageRole.USER,
        text=question,
        text_hash=_hash(question),
        status=MessageStatus.COMPLETE,
        client_id=client_id,
    )
    answer = Message.objects.create(
        conversation=conversation,
        parent=asked,
        author_id=conversation.owner_id,
        role=MessageRole.ASSISTANT,
        status=MessageStatus.STREAMING,
        lease_owner=lease_owner,
        lease_expires_at=_lease_end(),
        # Later than the question whatever the clock's resolution.
        created_at=asked.created_at + timedelta(microseconds=1),
    )
    Conversation.objects.filter(pk=conversation.pk).update(updated_at=now())
    return _turn(conversation, asked, answer, created=True)


def _turn(conversation: Conversation, asked: Message, answer: Message, *, created: bool) -> Turn:
    return Turn(
        conversation_id=conversation.pk,
        session_id=conversation.session_id,
        question_id=asked.pk,
        answer_id=answer.pk,
        organization_id=conversation.organization_id,
        user_id=conversation.owner_id,
        text=asked.text,
        created=created,
    )


def _lease_end() -> datetime:
    return now() + timedelta(seconds=settings.ANSWER_LEASE_SECONDS)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def checkpoint_turn(*, turn: Turn, text: str, lease_owner: str) -> Checkpoint:
    """Save what is written so far and renew the lease; tell whether the answer is still ours and wanted."""
    with tenant_scope(turn.organization_id), transaction.atomic():
        rows = Message.objects.filter(pk=turn.answer_id, status__in=OPEN_STATUSES, lease_owner=lease_owner)
        alive = rows.update(text=text, lease_expires_at=_lease_end()) == 1
        stop_requested = alive and rows.exclude(stop_requested_at=None).exists()
    return Checkpoint(alive, stop_requested)


def close_turn(*, turn: Turn, closing: Closing) -> bool:
    """End an open answer: text, citations and what follows from it in one transaction.

    Returns False, and changes nothing, when it was closed before.
    """
    with tenant_scope(turn.organization_id), transaction.atomic():
        return _close(turn.answer_id, turn.organization_id, turn.conversation_id, closing)


def _close(answer_id: UUID, organization_id: UUID, conversation_id: UUID, closing: Closing) -> bool:
    closed = Message.objects.filter(pk=answer_id, status__in=OPEN_STATUSES).update(
        status=closing.status,
        text=closing.text,
        text_hash=_hash(closing.text),
        sources=list(closing.sources),
        confidence=closing.confidence,
        confidence_level=closing.confidence_level,
        prompt_tokens=closing.usage.prompt_tokens,
        completion_tokens=closing.usage.completion_tokens,
        model=closing.model,
        error_code=closing.error_code,
        lease_expires_at=None,
        completed_at=now(),
    )
    if not closed:
        return False
    Citation.objects.bulk_create(
        _citation_row(answer_id, organization_id, citation) for citation in closing.citations
    )
    Conversation.objects.filter(pk=conversation_id).update(updated_at=now())
    payload = {
        "answer_id": str(answer_id),
        "conversation_id": str(conversation_id),
        "status": str(closing.status),
    }
    outbox.emit("turn.closed", organization_id=organization_id, payload={**payload})
    return True


def _citation_row(answer_id: UUID, organization_id: UUID, citation: CitationData) -> Citation:
    return Citation(
        message_id=answer_id,
        organization_id=organization_id,
        number=citation.number,
        passage_id=citation.passage_id,
        document_id=citation.document_id,
        document_title=citation.document_title,
        quote=citation.quote,
        quote_hash=_hash(citation.quote),
        start=citation.start,
        end=citation.end,
    )


def request_stop(*, actor: Actor, answer_id: UUID) -> None:
    """Ask for the end of an answer, wherever it is written; nothing happens to one that has ended."""
    get_message(message_id=answer_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        open_answers = Message.objects.filter(pk=answer_id, status__in=OPEN_STATUSES, stop_requested_at=None)
        open_answers.update(stop_requested_at=now())


def reap_expired_turns() -> int:
    """Close answers whose process died, with the text of their last checkpoint; return how many."""
    with system_scope("reaper"):
        expired = list(
            Message.objects.filter(status__in=OPEN_STATUSES, lease_expires_at__lt=now())[:REAPED_AT_ONCE]
        )
    return sum(_reap(answer) for answer in expired)


def _reap(answer: Message) -> bool:
    with tenant_scope(answer.organization_id), transaction.atomic():
        # Read again under the transaction: the owner may have renewed the lease meanwhile.
        found = Message.objects.filter(
            pk=answer.pk, status__in=OPEN_STATUSES, lease_expires_at__lt=now()
        ).first()
        if found is None:
            return False
        closing = Closing(status=MessageStatus.INTERRUPTED, text=found.text, error_code="interrupted")
        return _close(found.pk, found.organization_id, found.conversation_id, closing)
