"""How a turn begins: the question, and the leased row that its answer will be written to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils.timezone import now

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import NotFoundError
from config.kernel.text import clean_text
from conversations import spending
from conversations.access import get_answer, get_conversation
from conversations.errors import (
    AnswerInProgressError,
    AnswerWholeError,
    IdempotencyConflictError,
    InvalidClientIdError,
)
from conversations.fingerprints import fingerprint
from conversations.models import Conversation, Message
from conversations.naming import automatic_title, check_session_id, named_conversation
from conversations.signals import tell_of_turn
from conversations.types import CONTINUABLE, OPEN_STATUSES, MessageRole, MessageStatus, Turn

CLIENT_ID_LENGTH = 128
CONTINUES = "continues "  # begins our own keys of answers that go on from others


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a question is asked, as its client names it; the id counts for more, nothing means anew."""

    conversation_id: UUID | None
    session_id: str | None

    def may_be(self, conversation: Conversation) -> bool:
        if self.conversation_id is not None:
            return self.conversation_id == conversation.pk
        return self.session_id in {None, conversation.session_id}


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

    `parent_id` names what the question follows: an answer; or a question, which the new one then stands
    beside (an edit). Without it the question follows the latest answer. The same `client_id` again returns
    the first turn with `created=False`, also when both come at once.

    Raises the errors of `clean_text`, InvalidSessionIdError, InvalidClientIdError, IdempotencyConflictError
    for a key that was used for another question or in another conversation, NotFoundError for a conversation
    or parent that is not the actor's, BudgetSpentError; then nothing is stored.
    """
    question = clean_text(text, max_length=settings.QUESTION_MAX_LENGTH, field="text")
    _check_client_id(client_id)
    check_session_id(session_id)
    place = _Place(conversation_id, session_id)
    with tenant_scope(actor.organization_id):
        earlier = _earlier_turn(actor, client_id, question, place)
        if earlier is not None:
            return earlier
        try:
            with transaction.atomic():
                conversation = _conversation(actor, place)
                parent = _parent(conversation, parent_id)
                asked = _ask(conversation, parent, question, client_id)
                return _begin_answer(actor, conversation, asked, lease_owner)
        except IntegrityError:
            # Somebody else was faster with the same key: theirs is the turn.
            earlier = _earlier_turn(actor, client_id, question, place)
            if earlier is None:
                raise
            return earlier


def reopen_answer(*, actor: Actor, answer_id: UUID, lease_owner: str) -> Turn:
    """Begin another answer to the same question, beside the first one.

    Raises NotFoundError for anything but an answer of the actor's, AnswerInProgressError while any answer to
    the question is open.
    """
    answer = get_answer(answer_id=answer_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        # Locked: of two requests at once, the second finds the answer that the first began.
        asked: Message | None = Message.objects.select_for_update().filter(pk=answer.parent_id).first()
        if asked is None:
            raise NotFoundError
        if asked.children.filter(role=MessageRole.ASSISTANT, status__in=OPEN_STATUSES).exists():
            raise AnswerInProgressError
        return _begin_answer(actor, answer.conversation, asked, lease_owner)


def continue_answer(*, actor: Actor, answer_id: UUID, lease_owner: str) -> Turn:
    """Begin an answer that goes on from one that was stopped or interrupted, beside it.

    An answer is continued once: asked again, the same turn comes back with `created=False`; unless that ended
    before it had a word, then another one begins.
    Raises NotFoundError, AnswerWholeError, and AnswerInProgressError while another answer is written.
    """
    answer = get_answer(answer_id=answer_id, actor=actor)
    key = f"{CONTINUES}{answer.pk}"
    with tenant_scope(actor.organization_id), transaction.atomic():
        asked: Message | None = Message.objects.select_for_update().filter(pk=answer.parent_id).first()
        if asked is None:
            raise NotFoundError
        answers = asked.children.filter(role=MessageRole.ASSISTANT)
        begun: Message | None = answers.filter(client_id=key).first()
        if begun is not None and (begun.text.strip() or begun.status in OPEN_STATUSES):
            return _turn(answer.conversation, asked, begun, created=False)
        if begun is not None:
            Message.objects.filter(pk=begun.pk).update(client_id=None)
        if answers.filter(status__in=OPEN_STATUSES).exists():
            raise AnswerInProgressError
        if answer.status not in CONTINUABLE or not answer.text.strip():
            raise AnswerWholeError
        return _begin_answer(actor, answer.conversation, asked, lease_owner, client_id=key)


def lease_end() -> CombinedExpression:
    """Return the end of a lease that begins now, by the database's clock."""
    return Now() + timedelta(seconds=settings.ANSWER_LEASE_SECONDS)


def _check_client_id(client_id: str | None) -> None:
    if client_id is None:
        return
    is_well_formed = 0 < len(client_id) <= CLIENT_ID_LENGTH and client_id.isprintable()
    if not is_well_formed or client_id.startswith(CONTINUES):
        raise InvalidClientIdError


def _earlier_turn(actor: Actor, client_id: str | None, question: str, place: _Place) -> Turn | None:
    if client_id is None:
        return None
    rows = Message.objects.select_related("conversation")
    asked: Message | None = rows.filter(
        author_id=actor.user_id, client_id=client_id, role=MessageRole.USER
    ).first()
    if asked is None:
        return None
    if asked.conversation.deleted_at is not None:
        raise NotFoundError
    answer = asked.children.filter(role=MessageRole.ASSISTANT).order_by("created_at").first()
    if asked.text != question or answer is None or not place.may_be(asked.conversation):
        raise IdempotencyConflictError
    return _turn(asked.conversation, asked, answer, created=False)


def _conversation(actor: Actor, place: _Place) -> Conversation:
    if place.conversation_id is not None:
        return get_conversation(conversation_id=place.conversation_id, actor=actor)
    return named_conversation(actor=actor, session_id=place.session_id)[0]


def _parent(conversation: Conversation, parent_id: UUID | None) -> Message | None:
    messages = Message.objects.filter(conversation=conversation)
    if parent_id is None:
        latest: Message | None = (
            messages.filter(role=MessageRole.ASSISTANT).order_by("-created_at", "-id").first()
        )
        return latest
    named: Message | None = messages.select_related("parent").filter(pk=parent_id).first()
    if named is None:
        raise NotFoundError
    return named.parent if named.role == MessageRole.USER else named


def _ask(conversation: Conversation, parent: Message | None, question: str, client_id: str | None) -> Message:
    changes: dict[str, Any] = {"updated_at": now()}
    if not conversation.title:
        changes["title"] = automatic_title(question)
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    asked: Message = Message.objects.create(
        conversation=conversation,
        parent=parent,
        author_id=conversation.owner_id,
        role=MessageRole.USER,
        text=question,
        text_hash=fingerprint(question),
        status=MessageStatus.COMPLETE,
        client_id=client_id,
        created_at=_after(parent),
    )
    return asked


def _begin_answer(
    actor: Actor, conversation: Conversation, asked: Message, lease_owner: str, client_id: str | None = None
) -> Turn:
    answer: Message = Message.objects.create(
        conversation=conversation,
        parent=asked,
        author_id=conversation.owner_id,
        role=MessageRole.ASSISTANT,
        status=MessageStatus.STREAMING,
        client_id=client_id,
        lease_owner=lease_owner,
        lease_expires_at=lease_end(),
        created_at=_after(asked),
    )
    spending.reserve(actor=actor, answer_id=answer.pk)
    turn = _turn(conversation, asked, answer, created=True)
    tell_of_turn(turn)
    return turn


def _after(message: Message | None) -> datetime:
    """Return the present, later than the message whatever the clocks of the replicas say."""
    present = now()
    return present if message is None else max(present, message.created_at + timedelta(microseconds=1))


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
