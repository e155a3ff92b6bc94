"""The archive: every closed turn as one JSON object in `storages["archive"]`, under a name derived from
its ids.

An object is `{"sha256", "turn"}`; the hash is that of the turn's canonical form, and tells a whole object
from one whose writer died.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from config.kernel.outbox import OutboxMessage
from config.kernel.types import JSONObject
from conversations.selectors import closed_turn
from conversations.types import ClosedTurn, StoredAnswer

FORM = 1


def archive_turn(message: OutboxMessage) -> None:
    """Store the turn of a `turn.closed` event; storing it again changes nothing."""
    answer_id = UUID(str(message.payload["answer_id"]))
    turn = closed_turn(organization_id=message.organization_id, answer_id=answer_id)
    if turn is not None:
        _put(archive_name(message.organization_id, turn.answer), _document(message.organization_id, turn))


def archive_name(organization_id: UUID, answer: StoredAnswer) -> str:
    """Return `org/yyyy/mm/dd/<message id>.json`, the day in UTC."""
    return f"{organization_id}/{answer.created_at:%Y/%m/%d}/{answer.answer_id}.json"


def read_turn(name: str) -> JSONObject | None:
    """Return an archived turn; None when there is none or what is there is not whole."""
    store = storages["archive"]
    if not store.exists(name):
        return None
    with store.open(name) as file:
        content = file.read()
    try:
        found = json.loads(content)
        whole = found["sha256"] == _digest(found["turn"])
    except (ValueError, TypeError, KeyError):
        return None
    turn: JSONObject = found["turn"]
    return turn if whole else None


def _put(name: str, content: bytes) -> None:
    if read_turn(name) is not None:
        return
    store = storages["archive"]
    if store.exists(name):  # half of one
        store.delete(name)
    saved = store.save(name, ContentFile(content))
    if saved != name:  # another relay was faster, and the folder made room for both
        store.delete(saved)


def _document(organization_id: UUID, turn: ClosedTurn) -> bytes:
    values = json.loads(json.dumps(_values(organization_id, turn), default=_plain))
    archived = {"sha256": _digest(values), "turn": values}
    return json.dumps(archived, ensure_ascii=False, indent=1).encode()


def _values(organization_id: UUID, turn: ClosedTurn) -> dict[str, Any]:
    answer = asdict(turn.answer)
    question_id, answer_id = answer.pop("question_id"), answer.pop("answer_id")
    conversation = {"id": answer.pop("conversation_id"), "session_id": answer.pop("session_id")}
    return {
        "form": FORM,
        "organization_id": organization_id,
        "user_id": turn.user_id,
        "conversation": conversation | {"title": turn.title},
        "question": {
            "id": question_id,
            "parent_id": turn.asked_after,
            "text": turn.question,
            "created_at": turn.asked_at,
        },
        "answer": {"id": answer_id} | answer,
    }


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _digest(turn: Any) -> str:
    canonical = json.dumps(turn, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
