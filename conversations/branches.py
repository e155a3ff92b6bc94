"""A conversation as a tree: an edited question and a second answer stand beside the first ones.

Read is one branch at a time, from its end upwards; beside each message are those it could be exchanged for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from django.db.models import QuerySet

from conversations.cursors import Place
from conversations.models import Message

Siblings = Mapping[UUID, tuple[UUID, ...]]


def end_of_branch(
    conversation_id: UUID, through: UUID | None = None, *, steps: int | None = None
) -> UUID | None:
    """Return the last message of the branch through a message: of those that follow, always the latest.

    With `steps` at most that many messages further. Without a message, or with one of another conversation,
    that is the latest message of all; None of nothing.
    """
    rows = Message.objects.filter(conversation_id=conversation_id)
    chosen = rows.filter(pk=through).values_list("created_at", flat=True).first() if through else None
    if chosen is None:
        last: UUID | None = rows.order_by("-created_at", "-id").values_list("pk", flat=True).first()
        return last
    later = rows.filter(created_at__gt=chosen).order_by("created_at", "id").values_list("parent_id", "pk")
    next_of: dict[UUID | None, UUID] = dict(later.iterator())
    end, taken = through, 0
    while end in next_of and taken != steps:
        end, taken = next_of[end], taken + 1
    return end


def upwards(rows: QuerySet[Message], message_id: UUID | None, *, window: int) -> Iterator[Message]:
    """Yield a message of `rows` and what it follows, up to the first question; read a window at a time."""
    read: dict[UUID, Message] = {}
    while message_id is not None:
        if message_id not in read:
            read = _window(rows, message_id, window)
        row = read.get(message_id)
        if row is None:
            return
        yield row
        message_id = row.parent_id


def _window(rows: QuerySet[Message], message_id: UUID, size: int) -> dict[UUID, Message]:
    """Return a message and those written just before it, of whatever branch, by id."""
    last = rows.filter(pk=message_id).first()
    if last is None:
        return {}
    near = rows.filter(conversation_id=last.conversation_id).filter(
        Place(last.created_at, last.pk).older("created_at")
    )
    return {last.pk: last} | {row.pk: row for row in near.order_by("-created_at", "-id")[:size]}


def siblings_of(conversation_id: UUID, messages: Collection[Message]) -> Siblings:
    """Return for each message that is not alone those of its kind in its place, itself too, in order."""
    parents = {row.parent_id for row in messages if row.parent_id is not None}
    rows = Message.objects.filter(conversation_id=conversation_id).order_by("created_at", "id")
    groups: dict[tuple[UUID | None, str], list[UUID]] = defaultdict(list)
    for row_id, parent_id, role in rows.filter(parent_id__in=parents).values_list("pk", "parent_id", "role"):
        groups[parent_id, role].append(row_id)
    if any(row.parent_id is None for row in messages):
        for row_id, role in rows.filter(parent_id=None).values_list("pk", "role"):
            groups[None, role].append(row_id)
    places = {row.pk: groups[row.parent_id, row.role] for row in messages}
    return {row_id: tuple(group) for row_id, group in places.items() if len(group) > 1}
