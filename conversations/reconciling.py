"""Comparing the database with the stores that follow it, by id and hash, and closing what differs.

Which stores there are is said by `settings.RECONCILED_STORES`, dotted names of `ReconciledStore`. What an
outbox row will still bring about is on the way and no difference; what a dead row should have is one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts import selectors as accounts
from accounts.tenancy import tenant_scope
from config.kernel.outbox.resending import resend, waiting
from conversations.models import Message
from conversations.services import TURN_CLOSED
from conversations.types import OPEN_STATUSES, MessageRole

Hashes = Mapping[UUID, str]
ASKED_AT_ONCE = 500


def _nowhere() -> Collection[UUID]:
    return ()


@dataclass(frozen=True, slots=True)
class ReconciledStore:
    """A store that follows the database. Every function gets the organisation; ids are those of the items.

    expected   what the database says should be there: hashes by id
    inventory  what is there; a listing, so that it is quick
    read       the same of some items, by reading them; None where the inventory has read already
    remove     take items out
    resend     emit the outbox rows that bring items in; called in a transaction
    routes     the outbox routes that lead to the store
    overwrites whether what is resent replaces what is there; else that is removed first
    organizations  whose items are there, also of organisations that the database does not know

    The functions raise ServiceUnavailableError while the store is away.
    """

    name: str
    routes: Collection[str]
    expected: Callable[[UUID], Hashes]
    inventory: Callable[[UUID], Hashes]
    remove: Callable[[UUID, Collection[UUID]], None]
    resend: Callable[[UUID, Collection[UUID]], int]
    read: Callable[[UUID, Collection[UUID]], Hashes] | None = None
    overwrites: bool = True
    organizations: Callable[[], Collection[UUID]] = _nowhere


class Kind(StrEnum):
    MISSING = "missing"
    EXTRA = "extra"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    id: UUID
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one store holds of one organisation: counts of items, and what differs."""

    store: ReconciledStore
    organization_id: UUID
    expected: int
    found: int
    on_the_way: int
    differences: frozenset[Difference]


def reconciled_stores() -> list[ReconciledStore]:
    """Return the stores that follow the database in this installation, by `settings.RECONCILED_STORES`."""
    return [cast(ReconciledStore, import_string(name)) for name in settings.RECONCILED_STORES]


def known_organizations(stores: Iterable[ReconciledStore]) -> dict[UUID, str]:
    """Return the organisations of the database and of the stores; names are empty for those gone."""
    found = dict(accounts.organizations().values_list("pk", "name"))
    return {each: "" for store in stores for each in store.organizations()} | found


def compare(store: ReconciledStore, organization_id: UUID, *, deep: bool = False) -> Comparison:
    """Compare one store with the database; `deep` reads every item instead of trusting the listing.

    People go on asking meanwhile, so what seems to differ is looked at twice, and counts if it differed in
    the same way both times. Raises ServiceUnavailableError.
    """
    first = _compared(store, organization_id, deep=deep)
    if not first.differences:
        return first
    second = _compared(store, organization_id, deep=deep)
    return replace(second, differences=first.differences & second.differences)


def repair(comparison: Comparison) -> None:
    """Close the differences: what is missing or different is sent again, what is too much is removed."""
    store, organization_id = comparison.store, comparison.organization_id
    by_kind: dict[Kind, list[UUID]] = {kind: [] for kind in Kind}
    for difference in comparison.differences:
        by_kind[difference.kind].append(difference.id)
    removed = by_kind[Kind.EXTRA] + ([] if store.overwrites else by_kind[Kind.DIFFERENT])
    if removed:
        store.remove(organization_id, removed)
    with transaction.atomic():
        store.resend(organization_id, by_kind[Kind.MISSING] + by_kind[Kind.DIFFERENT])


def resend_questions(route: str, organization_id: UUID, question_ids: Collection[UUID]) -> int:
    """Emit `turn.closed` again on one route, once for each of the questions; return how many rows.

    For stores whose items are questions: any closed answer leads to its question. Call in a transaction.
    """
    with tenant_scope(organization_id):
        found = {row.parent_id: row for row in _closed("parent", question_ids)}
    return resend_turns(route, organization_id, found.values())


def resend_answers(route: str, organization_id: UUID, answer_ids: Collection[UUID]) -> int:
    """Emit `turn.closed` again on one route for those of the ids that are closed answers; return how many."""
    with tenant_scope(organization_id):
        return resend_turns(route, organization_id, _closed("pk", answer_ids))


def resend_turns(route: str, organization_id: UUID, answers: Iterable[Message]) -> int:
    """Emit `turn.closed` again on one route for closed answers; call in a transaction."""
    payloads = [
        {"answer_id": str(row.pk), "conversation_id": str(row.conversation_id), "status": row.status}
        for row in answers
    ]
    return resend(
        TURN_CLOSED,
        route=route,
        organization_id=organization_id,
        payloads=[{**each} for each in payloads],
        replaces="answer_id",
    )


def _closed(field: str, ids: Collection[UUID]) -> Iterable[Message]:
    for chunk in _chunks(ids):
        rows = Message.objects.filter(role=MessageRole.ASSISTANT, **{f"{field}__in": chunk})
        yield from rows.exclude(status__in=OPEN_STATUSES).only("id", "conversation", "parent", "status")


def _compared(store: ReconciledStore, organization_id: UUID, *, deep: bool) -> Comparison:
    # Rows that are done between the first and the last look are in both; rows that are new, in the last.
    busy = _busy(store, organization_id)
    found = dict(store.inventory(organization_id))
    expected = store.expected(organization_id)
    busy |= _busy(store, organization_id)
    if store.read is not None:
        doubtful = found.keys() if deep else {each for each in found if expected.get(each, "") != found[each]}
        found |= store.read(organization_id, doubtful & expected.keys())
    differing = [
        Difference(_kind(each, expected, found), each, expected.get(each, ""), found.get(each, ""))
        for each in expected.keys() | found.keys()
        if expected.get(each) != found.get(each)
    ]
    related = _related(organization_id, [difference.id for difference in differing]) if busy else {}
    settled = frozenset(each for each in differing if not related.get(each.id, {each.id}) & busy)
    return Comparison(
        store, organization_id, len(expected), len(found), len(differing) - len(settled), settled
    )


def _kind(item: UUID, expected: Hashes, found: Hashes) -> Kind:
    if item not in found:
        return Kind.MISSING
    return Kind.DIFFERENT if item in expected else Kind.EXTRA


def _busy(store: ReconciledStore, organization_id: UUID) -> set[UUID]:
    """Return the ids of the answers that rows wait for, and of conversations where they are about no one
    answer.
    """
    payloads = waiting(routes=store.routes, organization_id=organization_id)
    named = (payload.get("answer_id") or payload.get("conversation_id") for payload in payloads)
    return {UUID(str(name)) for name in named if name}


def _related(organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return for each item the ids by which a row may mean it: its own, its conversation's, its answers'."""
    found = {each: {each} for each in ids}
    with tenant_scope(organization_id):
        for chunk in _chunks(ids):
            own = Message.objects.filter(pk__in=chunk).values_list("pk", "conversation_id")
            answers = Message.objects.filter(parent__in=chunk).values_list("parent_id", "pk")
            inside = Message.objects.filter(conversation__in=chunk).values_list("conversation_id", "pk")
            for item, other in (*own, *answers, *inside):
                found[item].add(other)
    return found


def _chunks(ids: Collection[UUID]) -> Iterable[list[UUID]]:
    listed = list(ids)
    for start in range(0, len(listed), ASKED_AT_ONCE):
        yield listed[start : start + ASKED_AT_ONCE]
