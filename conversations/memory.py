"""Short-term memory: what was said up to a message, in the cache under that message's id.

A closed answer and what led to it never change, so an entry is right for as long as it lives. The database
is asked when there is none, or when the cache is away.
"""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from django.core.cache import cache

from config.kernel.outages import OutageError, asking_redis
from conversations.branches import upwards
from conversations.models import Message
from conversations.types import OPEN_STATUSES, HistoryItem, MessageRole, MessageStatus

KEPT_ITEMS = 24
KEPT_SECONDS = 1800
_TOLD = {
    MessageStatus.COMPLETE,
    MessageStatus.STOPPED,
    MessageStatus.INTERRUPTED,
    MessageStatus.REFUSED,
}


def branch_until(message_id: UUID, *, limit: int) -> tuple[HistoryItem, ...]:
    """Return the last words of the branch that ends with a message, oldest first.

    At most `limit` items and KEPT_ITEMS; answers without text, failed or still open, are left out. Call
    inside of `tenant_scope`, with a message whose conversation was opened by its owner.
    """
    items = _recalled(message_id)
    if items is None:
        items = _read(message_id)
    return items[max(len(items) - limit, 0) :]


def _read(message_id: UUID) -> tuple[HistoryItem, ...]:
    items: list[HistoryItem] = []
    is_final = True
    rows = Message.objects.only("id", "conversation", "parent", "role", "text", "status", "created_at")
    for row in upwards(rows, message_id, window=2 * KEPT_ITEMS):
        is_final = is_final and row.status not in OPEN_STATUSES
        if row.text and row.status in _TOLD:
            items.append(HistoryItem("user" if row.role == MessageRole.USER else "assistant", row.text))
        if len(items) == KEPT_ITEMS:
            break
    found = tuple(reversed(items))
    if is_final:
        _remember(message_id, found)
    return found


def _recalled(message_id: UUID) -> tuple[HistoryItem, ...] | None:
    try:
        with asking_redis():
            kept: list[tuple[str, str]] | None = cache.get(_key(message_id))
    except OutageError:
        return None
    if kept is None:
        return None
    return tuple(HistoryItem("user" if role == "user" else "assistant", text) for role, text in kept)


def _remember(message_id: UUID, items: tuple[HistoryItem, ...]) -> None:
    with suppress(OutageError), asking_redis():
        cache.set(_key(message_id), [(item.role, item.text) for item in items], KEPT_SECONDS)


def forget(message_ids: Iterable[UUID]) -> None:
    """Forget what led to these messages; a cache that is away forgets by itself within KEPT_SECONDS."""
    with suppress(OutageError), asking_redis():
        cache.delete_many([_key(message_id) for message_id in message_ids])


def _key(message_id: UUID) -> str:
    return f"memory:{message_id}"
