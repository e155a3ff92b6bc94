"""The archive as the tests look at it."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.utils.timezone import now

from config.kernel.objects import ObjectStore, ObjectStoreError, StoredObject, object_store
from config.kernel.outbox import OutboxMessage
from conversations.archive_form import card_name, turn_name
from conversations.types import Turn
from tests.conversations.turns import answer_row


def folder(path: Any) -> dict[str, Any]:
    """Return an entry of `settings.STORAGES`: a folder."""
    return {"BACKEND": "config.kernel.objects.files.FolderStorage", "OPTIONS": {"location": path}}


def store() -> ObjectStore:
    return object_store("archive")


def names() -> list[str]:
    return [found.name for found in store().listing()]


def content(name: str) -> bytes:
    found = store().get(name)
    assert found is not None
    return found[0]


def opened(name: str) -> Any:
    return json.loads(content(name))


def spoil(name: str, words: bytes) -> None:
    """Put other words in the place of an object."""
    found = store().get(name)
    store().put(name, words, replacing=found[1] if found else None)


def name_of(turn: Turn) -> str:
    row = answer_row(turn)
    return turn_name(
        organization_id=turn.organization_id, answer_id=turn.answer_id, created_at=row.created_at
    )


def card_of(turn: Turn) -> str:
    return card_name(organization_id=turn.organization_id, conversation_id=turn.conversation_id)


def event(name: str, organization_id: UUID, **payload: UUID) -> OutboxMessage:
    ids = {field: str(value) for field, value in payload.items()}
    return OutboxMessage(uuid4(), name, organization_id, {**ids}, now())


def closed(turn: Turn) -> OutboxMessage:
    return event("turn.closed", turn.organization_id, answer_id=turn.answer_id)


class Away:
    """A store that does not answer."""

    def listing(self, _prefix: str = "") -> list[StoredObject]:
        raise ObjectStoreError(details={"reason": "away"})

    def get(self, _name: str) -> tuple[bytes, str] | None:
        raise ObjectStoreError(details={"reason": "away"})
