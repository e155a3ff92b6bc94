"""Rows of the database from what archived objects say; nothing here asks the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from conversations.fingerprints import fingerprint
from conversations.models import Citation, Conversation, Feedback, Message
from conversations.types import MessageRole, MessageStatus

_AS_THEY_ARE = ("status", "sources", "confidence", "confidence_level", "model", "error_code")


def conversation_row(card: dict[str, Any]) -> Conversation:
    """Return the row of an archived conversation; whose it is, says the scope that it is saved in."""
    return Conversation(
        id=UUID(card["id"]),
        owner_id=UUID(card["user_id"]),
        session_id=card["session_id"],
        title=card["title"],
        title_is_automatic=card["title_is_automatic"],
        pinned=card["pinned"],
        archived_at=time_of(card["archived_at"]) if card["archived_at"] else None,
        created_at=time_of(card["created_at"]),
        updated_at=time_of(card["created_at"]),
    )


def question_row(
    turn: dict[str, Any], parents: Collection[UUID], taken: Collection[tuple[UUID, str]]
) -> Message:
    """Return the row of a turn's question.

    A parent that is not among `parents` is left out, and a key that was `taken` by another question.
    """
    question, author = turn["question"], UUID(turn["user_id"])
    parent = UUID(question["parent_id"]) if question["parent_id"] else None
    key = question["client_id"]
    return Message(
        id=UUID(question["id"]),
        conversation_id=UUID(turn["conversation_id"]),
        parent_id=parent if parent in parents else None,
        author_id=author,
        role=MessageRole.USER,
        text=question["text"],
        text_hash=fingerprint(question["text"]),
        status=MessageStatus.COMPLETE,
        client_id=None if (author, key) in taken else key,
        created_at=time_of(question["created_at"]),
    )


def answer_row(turn: dict[str, Any]) -> Message:
    """Return the row of a turn's answer."""
    answer = turn["answer"]
    return Message(
        id=UUID(answer["id"]),
        conversation_id=UUID(turn["conversation_id"]),
        parent_id=UUID(turn["question"]["id"]),
        author_id=UUID(turn["user_id"]),
        role=MessageRole.ASSISTANT,
        text=answer["text"],
        text_hash=fingerprint(answer["text"]),
        created_at=time_of(answer["created_at"]),
        completed_at=time_of(answer["completed_at"]) if answer["completed_at"] else None,
        **answer["usage"],
        **{name: answer[name] for name in _AS_THEY_ARE},
        grounds=answer.get("grounds", {}),
        first_text_ms=answer.get("first_text_ms"),
    )


def citation_row(turn: dict[str, Any], citation: dict[str, Any]) -> Citation:
    """Return the row of one citation of a turn's answer."""
    return Citation(
        message_id=UUID(turn["answer"]["id"]),
        quote_hash=fingerprint(citation["quote"]),
        **citation,
    )


def verdict_row(verdict: dict[str, Any]) -> Feedback:
    """Return the row of a verdict."""
    return Feedback(
        message_id=UUID(verdict["message_id"]),
        user_id=UUID(verdict["user_id"]),
        rating=verdict["rating"],
        reason=verdict["reason"],
        comment=verdict["comment"],
        created_at=time_of(verdict["created_at"]),
    )


def time_of(value: str) -> datetime:
    """Return an archived time."""
    return datetime.fromisoformat(value)
