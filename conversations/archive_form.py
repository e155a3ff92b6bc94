"""What an archived object looks like, and whether one is whole.

A turn is `{"sha256", "turn"}`: everything that can never change again once its answer is closed, so its
object never changes either. What may change (title, pin, session id, verdicts) is in the object of the
conversation, `{"sha256", "conversation"}`, which is written anew each time. The hash is that of the canonical
form of what stands beside it; the same rows always make the same bytes, so stores are compared by hash.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from conversations.models import Citation, Conversation, Feedback, Message

FORM = 2
CARDS = "conversations"


class DamagedObjectError(Exception):
    """The object is not what was archived under its name; the message says why."""


def turn_name(*, organization_id: UUID | str, answer_id: UUID | str, created_at: datetime) -> str:
    """Return `org/yyyy/mm/dd/<answer id>.json`, the day in UTC."""
    return f"{organization_id}/{created_at.astimezone(UTC):%Y/%m/%d}/{answer_id}.json"


def card_name(*, organization_id: UUID | str, conversation_id: UUID | str) -> str:
    """Return `org/conversations/<conversation id>.json`."""
    return f"{organization_id}/{CARDS}/{conversation_id}.json"


def turn_object(answer: Message) -> bytes:
    """Return the object of a closed answer with its question; citations and question are read with it."""
    question = answer.parent
    if question is None:
        raise ValueError("an answer without its question is no turn")
    return _sealed(
        "turn",
        {
            "form": FORM,
            "organization_id": answer.organization_id,
            "conversation_id": answer.conversation_id,
            "user_id": answer.author_id,
            "question": {
                "id": question.pk,
                "parent_id": question.parent_id,
                "client_id": question.client_id,
                "text": question.text,
                "created_at": question.created_at,
            },
            "answer": _answer(answer),
        },
    )


def _answer(answer: Message) -> dict[str, Any]:
    return {
        "id": answer.pk,
        "status": answer.status,
        "text": answer.text,
        "citations": [_citation(row) for row in sorted(answer.citations.all(), key=lambda row: row.number)],
        "sources": answer.sources,
        "confidence": answer.confidence,
        "confidence_level": answer.confidence_level,
        # Answers of before had neither these nor `first_text_ms`; their objects stay what they are.
        **({"grounds": answer.grounds} if answer.grounds else {}),
        "usage": {"prompt_tokens": answer.prompt_tokens, "completion_tokens": answer.completion_tokens},
        **({} if answer.first_text_ms is None else {"first_text_ms": answer.first_text_ms}),
        "model": answer.model,
        "error_code": answer.error_code,
        "created_at": answer.created_at,
        "completed_at": answer.completed_at,
    }


def _citation(row: Citation) -> dict[str, Any]:
    return {
        "number": row.number,
        "passage_id": row.passage_id,
        "document_id": row.document_id,
        "document_title": row.document_title,
        "quote": row.quote,
        "start": row.start,
        "end": row.end,
    }


def card_object(conversation: Conversation, verdicts: Iterable[Feedback]) -> bytes:
    """Return the object of a conversation as it is now, with the verdicts on its answers."""
    in_order = sorted(verdicts, key=lambda row: (row.message_id, row.user_id))
    return _sealed(
        "conversation",
        {
            "form": FORM,
            "organization_id": conversation.organization_id,
            "id": conversation.pk,
            "user_id": conversation.owner_id,
            "session_id": conversation.session_id,
            "title": conversation.title,
            "title_is_automatic": conversation.title_is_automatic,
            "pinned": conversation.pinned,
            "archived_at": conversation.archived_at,
            "created_at": conversation.created_at,
            "feedback": [_verdict(row) for row in in_order],
        },
    )


def _verdict(row: Feedback) -> dict[str, Any]:
    return {
        "message_id": row.message_id,
        "user_id": row.user_id,
        "rating": row.rating,
        "reason": row.reason,
        "comment": row.comment,
        "created_at": row.created_at,
    }


def opened_turn(name: str, content: bytes) -> dict[str, Any]:
    """Return the turn of an object; raises DamagedObjectError for one that is not whole or not of that
    name.
    """
    turn = _opened("turn", content)
    answer = turn["answer"]
    created_at = datetime.fromisoformat(answer["created_at"])
    own = turn_name(organization_id=turn["organization_id"], answer_id=answer["id"], created_at=created_at)
    if own != name:
        raise DamagedObjectError("it is the object of another name")
    return turn


def opened_card(name: str, content: bytes) -> dict[str, Any]:
    """Return the conversation of an object; raises DamagedObjectError as `opened_turn` does."""
    card = _opened("conversation", content)
    if card_name(organization_id=card["organization_id"], conversation_id=card["id"]) != name:
        raise DamagedObjectError("it is the object of another name")
    return card


def is_whole(content: bytes) -> bool:
    """Tell whether an object's hash is that of its content, whatever it is the object of."""
    try:
        found = json.loads(content)
        kind = "turn" if "turn" in found else "conversation"
        return bool(found["sha256"] == _digest(found[kind]))
    except (ValueError, TypeError, KeyError):
        return False


def _opened(kind: str, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
        values: dict[str, Any] = found[kind]
        is_true = found["sha256"] == _digest(values)
        form = values["form"]
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedObjectError("it cannot be read") from error
    if not is_true:
        raise DamagedObjectError("its hash is not that of its content")
    if form != FORM:
        raise DamagedObjectError(f"it has the form {form}, this version reads {FORM}")
    return values


def _sealed(kind: str, values: Mapping[str, Any]) -> bytes:
    plain = json.loads(json.dumps(values, default=_plain))
    document = {"sha256": _digest(plain), kind: plain}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _digest(values: Any) -> str:
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
