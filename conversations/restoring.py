"""Conversations from the archive back into a database that lost them.

What is there already stays as it is: the database knows better than the archive what was changed and deleted
since. Every object is read and its hash counted; one that is not whole is refused by its name and the others
go on. Running it again brings back only what is missing.

People and organisations are not in the archive. Where the database does not know them, stand-ins are made
(`accounts.services.placeholders`).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from accounts.services.placeholders import ensure_organization
from config.kernel.objects import ObjectDamagedError, object_store
from config.kernel.text import uuid_or_none
from conversations.archive_form import CARDS, DamagedObjectError, opened_card, opened_turn
from conversations.restored_rows import link_questions, restore_cards, restore_turns

READ_AT_ONCE = 500
READERS = 8
Progress = Callable[[int], object]
Opener = Callable[[str, bytes], dict[str, Any]]


@dataclass(slots=True)
class Restoration:
    """What became of one organisation's objects; `refused` says why, by name."""

    organization_id: UUID
    turns: int = 0
    there_already: int = 0
    of_deleted: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        return self.turns + self.there_already + self.of_deleted + len(self.refused)


def archived_organizations() -> list[UUID]:
    """Return the ids of the organisations that the archive holds anything of; raises ObjectStoreError."""
    return sorted(
        found for name in object_store("archive").folders() if (found := uuid_or_none(name)) is not None
    )


def restore_organization(organization_id: UUID, progress: Progress = lambda _seen: None) -> Restoration:
    """Bring back the conversations of one organisation; each batch is one transaction.

    `progress` is told how many objects of turns were seen so far. Raises ObjectStoreError; what was brought
    back until then stays.
    """
    done = Restoration(organization_id)
    if organization_id not in archived_organizations():
        return done
    ensure_organization(organization_id=organization_id)
    verdicts: dict[UUID, list[dict[str, Any]]] = {}
    for cards in _batches(f"{organization_id}/{CARDS}/", opened_card, done):
        done.refused |= restore_cards(organization_id, cards)
        for card in cards.values():
            for verdict in card["feedback"]:
                verdicts.setdefault(UUID(verdict["message_id"]), []).append(verdict)
    parents: dict[UUID, UUID] = {}
    for turns in _batches(f"{organization_id}/", opened_turn, done):
        batch = restore_turns(organization_id, turns, verdicts)
        done.turns += batch.turns
        done.there_already += batch.there_already
        done.of_deleted += batch.of_deleted
        done.refused |= batch.refused
        parents |= batch.unlinked
        progress(done.seen)
    link_questions(organization_id, parents)
    return done


def _batches(prefix: str, opener: Opener, done: Restoration) -> Iterator[dict[str, dict[str, Any]]]:
    """Yield whole objects by name, some at a time; note the others."""
    cards = f"{done.organization_id}/{CARDS}/"
    listed = (found.name for found in object_store("archive").listing(prefix))
    names = (name for name in listed if prefix == cards or not name.startswith(cards))
    with ThreadPoolExecutor(READERS, thread_name_prefix="archive") as pool:
        while chunk := list(islice(names, READ_AT_ONCE)):
            whole: dict[str, dict[str, Any]] = {}
            for name, content in zip(chunk, pool.map(_read, chunk), strict=True):
                try:
                    whole[name] = _opened(name, content, opener, done.organization_id)
                except DamagedObjectError as error:
                    done.refused[name] = str(error)
            yield whole


def _opened(name: str, content: bytes | None, opener: Opener, organization_id: UUID) -> dict[str, Any]:
    if content is None:
        raise DamagedObjectError("the store says that it is damaged")
    try:
        found = opener(name, content)
    except (KeyError, TypeError, ValueError) as error:  # whole, and yet not what we write
        raise DamagedObjectError("it is not what is archived") from error
    if found["organization_id"] != str(organization_id):
        raise DamagedObjectError("it belongs to another organization")
    return found


def _read(name: str) -> bytes | None:
    try:
        found = object_store("archive").get(name)
    except ObjectDamagedError:
        return None
    return found[0] if found is not None else b""
