"""A conversation as people read it: one branch of it, a page at a time, the end first."""

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from conversations.access import get_conversation
from conversations.branches import end_of_branch, siblings_of, upwards
from conversations.cursors import Place, decode_cursor
from conversations.models import Message
from conversations.showing import messages_for, views_for
from conversations.types import BranchPage, ShareRef

SHOWN_AFTER = 8


@dataclass(frozen=True, slots=True)
class BranchPlace:
    """Which page of which branch: by default the end of the one where something was said last.

    `through` names a message that the branch goes through, `around` one that the page must show, `before` is
    the cursor of a later page.
    """

    through: UUID | None = None
    around: UUID | None = None
    before: str | None = None


def branch_page(
    *,
    actor: Actor,
    conversation_id: UUID,
    place: BranchPlace,
    limit: int = 50,
) -> BranchPage:
    """Return a page of one branch. Raises NotFoundError for a conversation that is not the actor's,
    InvalidCursorError.
    """
    get_conversation(conversation_id=conversation_id, actor=actor)
    with tenant_scope(actor.organization_id):
        rows = messages_for(actor).filter(conversation_id=conversation_id)
        start = _start(rows, conversation_id, place)
        found, earlier = _page(rows, start, limit)
        return BranchPage(views_for(actor, found), siblings_of(conversation_id, found), earlier)


def _start(rows: QuerySet[Message], conversation_id: UUID, place: BranchPlace) -> UUID | None:
    if place.before:
        return _above(rows, place.before)
    if place.around:
        return end_of_branch(conversation_id, place.around, steps=SHOWN_AFTER)
    return end_of_branch(conversation_id, place.through)


def shared_page(*, actor: Actor, share: ShareRef, before: str | None = None, limit: int = 50) -> BranchPage:
    """Return a page of what a share shows: its branch, else that where something was said last by then.

    Raises InvalidCursorError. The caller has opened the share, and asked after the documents behind it.
    """
    with tenant_scope(actor.organization_id):
        rows = messages_for(actor).filter(conversation_id=share.conversation_id, created_at__lte=share.until)
        latest = rows.order_by("-created_at", "-id").values_list("pk", flat=True)
        chosen = latest.filter(pk=share.last).first() if share.last else None
        last = chosen or latest.first()
        found, earlier = _page(rows, _above(rows, before) if before else last, limit)
        return BranchPage(views_for(actor, found), {}, earlier)


def _above(rows: QuerySet[Message], before: str) -> UUID | None:
    place = decode_cursor(before, field="before")
    above: UUID | None = rows.filter(pk=place.row_id).values_list("parent_id", flat=True).first()
    return above


def _page(rows: QuerySet[Message], start: UUID | None, limit: int) -> tuple[list[Message], str | None]:
    found = list(islice(upwards(rows, start, window=limit + 1), limit + 1))
    items = found[:limit][::-1]
    has_more = len(found) > limit
    return items, Place(items[0].created_at, items[0].pk).encode() if has_more else None
