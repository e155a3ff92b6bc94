"""The archive: every closed turn as one JSON object in `storages["archive"]`, under a name derived from
its ids."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from config.kernel.outbox import OutboxMessage
from conversations.selectors import closed_turn
from conversations.types import StoredAnswer


def archive_turn(message: OutboxMessage) -> None:
    """Store the turn of a `turn.closed` event; storing it again changes nothing."""
    answer_id = UUID(str(message.payload["answer_id"]))
    found = closed_turn(organization_id=message.organization_id, answer_id=answer_id)
    if found is None:
        return
    answer, question, user_id = found
    name = archive_name(message.organization_id, answer)
    store = storages["archive"]
    if not store.exists(name):
        store.save(name, ContentFile(_document(message.organization_id, answer, question, user_id)))


def archive_name(organization_id: UUID, answer: StoredAnswer) -> str:
    """Return `org/yyyy/mm/dd/<message id>.json`, the day in UTC."""
    return f"{organization_id}/{answer.created_at:%Y/%m/%d}/{answer.answer_id}.json"


def _document(organization_id: UUID, answer: StoredAnswer, question: str, user_id: UUID) -> bytes:
    turn: dict[str, Any] = {
        "organization_id": organization_id,
        "user_id": user_id,
        "conversation_id": answer.conversation_id,
        "session_id": answer.session_id,
        "question": {"id": answer.question_id, "text": question},
        "answer": {
            "id": answer.answer_id,
            "text": answer.text,
            "status": answer.status,
            "model": answer.model,
            "confidence": answer.confidence,
            "tokens": answer.usage.prompt_tokens + answer.usage.completion_tokens,
            "citations": [
                {"number": item.number, "passage_id": item.passage_id, "quote": item.quote}
                for item in answer.citations
            ],
            "created_at": answer.created_at.isoformat(),
        },
    }
    text = json.dumps(turn, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({"sha256": digest, "turn": json.loads(text)}, ensure_ascii=False, indent=1).encode()
