"""The archive as `manage.py reconcile` sees it: ids of answers and conversations with the hashes of their
objects.

A listing gives the MD5 of each object (its ETag), and the database makes the same bytes again, so nothing is
read where nothing differs. A value is `place hash`; an item that lies in several places has them all in it.
"""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from uuid import UUID

from accounts.tenancy import tenant_scope
from config.kernel.objects import ObjectDamagedError, ObjectStore, StoredObject, content_tag, object_store
from config.kernel.outbox.resending import resend
from config.kernel.text import uuid_or_none
from conversations.archive import kept_answers, kept_conversations, name_of, verdicts_on
from conversations.archive_form import card_name, card_object, is_whole, turn_object
from conversations.models import Conversation
from conversations.organizing import CONVERSATION_CHANGED
from conversations.reconciling import ReconciledStore, resend_answers

READ_AT_ONCE = 1000
READERS = 8
TURN_ROUTE = "conversations.archive.archive_turn"
CARD_ROUTE = "conversations.archive.archive_card"
CONVERSATION_ROUTE = "conversations.archive.archive_conversation"


def expected(organization_id: UUID) -> dict[UUID, str]:
    """Return what the archive should hold of an organisation."""
    with tenant_scope(organization_id):
        hashes = {
            answer.pk: _value(name_of(answer), content_tag(turn_object(answer)))
            for answer in kept_answers().iterator(READ_AT_ONCE)
        }
        for conversations in _batches():
            verdicts = verdicts_on([each.pk for each in conversations])
            for each in conversations:
                name = card_name(organization_id=organization_id, conversation_id=each.pk)
                hashes[each.pk] = _value(name, content_tag(card_object(each, verdicts.get(each.pk, ()))))
    return hashes


def _batches() -> Iterator[list[Conversation]]:
    batch: list[Conversation] = []
    for each in kept_conversations().iterator(READ_AT_ONCE):
        batch.append(each)
        if len(batch) == READ_AT_ONCE:
            yield batch
            batch = []
    yield batch


def inventory(organization_id: UUID) -> dict[UUID, str]:
    """Return what the archive holds of an organisation, from the listing; raises ObjectStoreError.

    Objects whose names are no id are not ours, and left alone.
    """
    hashes: dict[UUID, str] = {}
    for item, found in _listed(organization_id):
        value = _value(found.name, found.tag)
        hashes[item] = f"{hashes[item]} {value}" if item in hashes else value
    return hashes


def read(organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the same of some items by reading their objects, for stores whose listing gives no MD5 and for
    damage that a listing does not show; raises ObjectStoreError.
    """
    wanted = set(ids)
    if not wanted:
        return {}
    places = [(item, found.name) for item, found in _listed(organization_id) if item in wanted]
    hashes: dict[UUID, str] = {}
    with ThreadPoolExecutor(READERS, thread_name_prefix="archive") as pool:
        tags = pool.map(_read_tag, [name for _item, name in places], chunksize=1)
        for (item, name), tag in zip(places, tags, strict=True):
            hashes[item] = " ".join(filter(None, [hashes.get(item), _value(name, tag)]))
    return hashes


def _read_tag(name: str) -> str:
    try:
        found = _store().get(name)
    except ObjectDamagedError:
        return "damaged"
    if found is None:
        return "gone"
    return content_tag(found[0]) if is_whole(found[0]) else "damaged"


def remove(organization_id: UUID, ids: Collection[UUID]) -> None:
    """Take items out of the archive, wherever they lie; raises ObjectStoreError."""
    wanted = set(ids)
    _store().remove([found.name for item, found in _listed(organization_id) if item in wanted])


def resend_items(organization_id: UUID, ids: Collection[UUID]) -> int:
    """Emit the rows that write items anew; call in a transaction."""
    sent = resend_answers(TURN_ROUTE, organization_id, ids)
    with tenant_scope(organization_id):
        conversations = kept_conversations().in_bulk(list(ids)) if ids else {}
    payloads = [{"conversation_id": str(each)} for each in conversations]
    return sent + resend(
        CONVERSATION_CHANGED,
        route=CARD_ROUTE,
        organization_id=organization_id,
        payloads=[{**each} for each in payloads],
        replaces="conversation_id",
    )


def organizations() -> set[UUID]:
    """Return the ids of all organisations that the archive holds anything of."""
    return {found for name in _store().folders() if (found := uuid_or_none(name)) is not None}


def _listed(organization_id: UUID) -> Iterator[tuple[UUID, StoredObject]]:
    for found in _store().listing(f"{organization_id}/"):
        item = uuid_or_none(PurePosixPath(found.name).stem)
        if item is not None:
            yield item, found


def _value(name: str, tag: str) -> str:
    """Return the folder inside of the organisation's, and the hash."""
    return f"{'/'.join(PurePosixPath(name).parts[1:-1])} {tag}"


def _store() -> ObjectStore:
    return object_store("archive")


STORE = ReconciledStore(
    name="archive",
    routes=(TURN_ROUTE, CARD_ROUTE, CONVERSATION_ROUTE),
    expected=expected,
    inventory=inventory,
    read=read,
    remove=remove,
    resend=resend_items,
    overwrites=False,
    organizations=organizations,
)
