"""Losing conversations and bringing them back."""

from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Department, Organization, User
from accounts.tenancy import system_scope
from accounts.types import Actor
from analytics.models import ActivePerson, DailySubject, DailyUsage, DepartmentUsage
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import relay
from conversations.models import Citation, Conversation, Feedback, Message
from conversations.organizing import (
    ConversationChanges,
    Verdict,
    change_conversation,
    rate_message,
)
from conversations.services import reopen_answer
from conversations.types import MessageStatus, Turn
from tests.conversations.turns import OWNER, answer, ask, full_answer, talk

COUNTED = (DailyUsage, DepartmentUsage, DailySubject, ActivePerson)
NOT_ARCHIVED = {"lease_owner", "lease_expires_at", "stop_requested_at"}


def talk_of_everything(actor: Actor, outside_actor: Actor) -> Turn:
    """Have conversations with everything that can be in one, archived; return a turn of the first."""
    turn = ask(actor, session_id="session123", client_id="key-1")
    full_answer(turn)
    again = reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner=OWNER)
    answer(again, "נעצר", status=MessageStatus.STOPPED, first_text_ms=1234)
    edited = ask(actor, "ואם לא?", conversation_id=turn.conversation_id, parent_id=turn.question_id)
    answer(edited, "", status=MessageStatus.FAILED, error_code="model_unavailable")
    for number in range(4):
        following = ask(actor, f"ועוד {number}?", conversation_id=turn.conversation_id)
        full_answer(following)
    verdict = Verdict("down", "wrong", "לא נכון")
    rate_message(actor=actor, message_id=turn.answer_id, verdict=verdict)
    changes = ConversationChanges(title="שם חדש", pinned=True, archived=True)
    change_conversation(actor=actor, conversation_id=turn.conversation_id, changes=changes)
    talk(actor, "שאלה אחת", "שאלה שנייה")
    talk(outside_actor, "של אחרים")
    while relay().claimed:
        pass
    return turn


def rows() -> dict[str, dict[UUID, dict[str, Any]]]:
    """Return everything that is kept of conversations, by table and key."""
    with system_scope("comparison"):
        messages = {
            row["id"]: {name: value for name, value in row.items() if name not in NOT_ARCHIVED}
            for row in Message.objects.values()
        }
        conversations = {row["id"]: dict(row) for row in Conversation.objects.values()}
        for row in conversations.values():
            row.pop("updated_at")
        citations = {(row["message_id"], row["number"]): dict(row) for row in Citation.objects.values()}
        verdicts = {(row["message_id"], row["user_id"]): dict(row) for row in Feedback.objects.values()}
        for row in (*citations.values(), *verdicts.values()):
            row.pop("id")
    found: dict[str, Any] = {
        "messages": messages,
        "conversations": conversations,
        "citations": citations,
        "verdicts": verdicts,
    }
    return found


def lose_conversations() -> None:
    with system_scope("loss"):
        for model in (Feedback, Citation, Message, Conversation, *COUNTED):
            model.objects.all().delete()
    OutboxRow.objects.all().delete()


def lose_everything() -> None:
    lose_conversations()
    with system_scope("loss"):
        User.directory.all().delete()
        Department.objects.all().delete()
    Organization.objects.all().delete()


def restore(*options: str) -> str:
    out = StringIO()
    call_command("restore", *options, stdout=out, stderr=out)
    return out.getvalue()


def refusals(*options: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("restore", *options, stdout=out, stderr=out)
    assert raised.value.returncode == 1
    return out.getvalue()
