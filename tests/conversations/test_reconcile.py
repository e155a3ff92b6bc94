"""Comparing the database with what follows it: told exactly, while people go on, and closed."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import now

from accounts.models import Organization
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.objects import ObjectStoreError
from config.kernel.objects.files import FolderStorage
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import relay
from conversations import archive_inventory, reconciling
from conversations.models import Conversation, Message
from conversations.organizing import (
    ConversationChanges,
    Verdict,
    change_conversation,
    delete_conversation,
    rate_message,
)
from conversations.types import Turn
from tests.conversations.archives import card_of, content, folder, name_of, names, spoil, store
from tests.conversations.turns import answer, ask, full_answer


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def turn(actor: Actor) -> Turn:
    """A turn that is archived."""
    turn = ask(actor)
    full_answer(turn)
    relay()
    return turn


def reconcile(*options: str) -> tuple[int, Any]:
    """Return the exit code and what was said."""
    out = StringIO()
    try:
        call_command("reconcile", *options, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def report(*options: str) -> Any:
    code, said = reconcile("--json", *options)
    found = json.loads(said)
    assert code == (0 if found["exact"] or found["repaired"] else 1)
    return found


def differences(*options: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in report(*options)["stores"]:
        for kind in ("missing", "extra", "different"):
            found.setdefault(kind, []).extend(line[kind])
    return {kind: ids for kind, ids in found.items() if ids}


def bury(turn: Turn) -> None:
    OutboxRow.objects.filter(
        route=archive_inventory.TURN_ROUTE, payload__answer_id=str(turn.answer_id)
    ).update(dead_at=now(), completed_at=None)


def repaired() -> None:
    assert report("--repair")["repaired"]
    relay()
    assert report() == {**report(), "exact": True, "on_the_way": 0}


def test_a_quiet_installation_is_exact(turn: Turn) -> None:
    assert reconcile() == (0, "אופק · archive: 2 expected, 2 found\nno differences\n")


def test_nothing_at_all_is_exact(organization: Organization) -> None:
    assert reconcile()[0] == 0


def test_the_same_rows_make_the_same_hashes_with_everything_that_a_turn_can_have(
    actor: Actor, turn: Turn
) -> None:
    rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict("up", "", "תודה"))
    change_conversation(
        actor=actor,
        conversation_id=turn.conversation_id,
        changes=ConversationChanges(title="שם", pinned=True, archived=True),
    )
    for number in range(5):
        following = ask(
            actor, f"ועוד {number}?", conversation_id=turn.conversation_id, client_id=f"key{number}"
        )
        full_answer(following)
    relay()
    assert differences("--deep") == {}
    assert report()["on_the_way"] == 0


def test_a_turn_that_waits_in_the_outbox_is_on_the_way(actor: Actor) -> None:
    answer(ask(actor))
    found = report()
    assert (found["exact"], found["on_the_way"]) == (True, 2)
    relay()
    assert report()["on_the_way"] == 0


def test_an_open_answer_is_not_expected(actor: Actor, turn: Turn) -> None:
    ask(actor, conversation_id=turn.conversation_id)
    assert differences() == {}


def test_a_lost_object_is_missing(turn: Turn) -> None:
    store().remove([name_of(turn)])
    assert differences() == {"missing": [str(turn.answer_id)]}
    repaired()
    assert name_of(turn) in names()


def test_a_lost_conversation_object_is_missing(turn: Turn) -> None:
    store().remove([card_of(turn)])
    assert differences() == {"missing": [str(turn.conversation_id)]}
    repaired()


def test_what_a_dead_row_should_have_brought_is_missing(actor: Actor, turn: Turn) -> None:
    store().remove([name_of(turn)])
    bury(turn)
    assert differences() == {"missing": [str(turn.answer_id)]}
    repaired()
    assert not OutboxRow.objects.exclude(dead_at=None).exists()


def test_a_repair_tells_only_the_route_that_missed_something(turn: Turn) -> None:
    store().remove([name_of(turn)])
    report("--repair")
    waiting = OutboxRow.objects.filter(completed_at=None)
    assert [(row.event, row.route) for row in waiting] == [("turn.closed", archive_inventory.TURN_ROUTE)]
    assert report()["on_the_way"] == 1


def test_what_the_database_does_not_know_is_extra_and_removed(turn: Turn) -> None:
    unknown = uuid4()
    store().put(f"{turn.organization_id}/2026/11/24/{unknown}.json", content(name_of(turn)))
    assert differences() == {"extra": [str(unknown)]}
    code, said = reconcile()
    assert code == 1
    assert "`restore` brings it back" in said
    repaired()
    assert len(names()) == 2


def test_objects_of_an_organisation_that_is_gone_are_extra(turn: Turn) -> None:
    unknown, gone = uuid4(), uuid4()
    store().put(f"{gone}/2026/11/24/{unknown}.json", b"{}")
    assert differences() == {"extra": [str(unknown)]}
    repaired()


def test_objects_of_a_deleted_conversation_that_stayed_are_extra(actor: Actor, turn: Turn) -> None:
    before = content(name_of(turn))
    delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    assert report()["on_the_way"] == 2
    relay()
    store().put(name_of(turn), before)
    assert differences() == {"extra": [str(turn.answer_id)]}
    repaired()


def test_a_changed_object_is_different_and_written_anew(turn: Turn) -> None:
    whole = content(name_of(turn))
    spoil(name_of(turn), whole + b" ")
    assert differences() == {"different": [str(turn.answer_id)]}
    repaired()
    assert content(name_of(turn)) == whole


def test_an_object_of_another_turn_is_different_and_written_anew(actor: Actor, turn: Turn) -> None:
    """What the archive itself refuses to overwrite."""
    other = ask(actor, "אחרת")
    answer(other)
    relay()
    spoil(name_of(turn), content(name_of(other)))
    assert differences() == {"different": [str(turn.answer_id)]}
    repaired()


def test_a_changed_row_is_different(turn: Turn) -> None:
    with tenant_scope(turn.organization_id):
        Message.objects.filter(pk=turn.answer_id).update(text="אחר")
        Conversation.objects.filter(pk=turn.conversation_id).update(title="אחר")
    assert differences() == {"different": sorted([str(turn.answer_id), str(turn.conversation_id)])}
    repaired()


def test_an_object_that_lies_in_two_places_is_different(turn: Turn) -> None:
    store().put(f"{turn.organization_id}/1999/01/01/{turn.answer_id}.json", content(name_of(turn)))
    assert differences() == {"different": [str(turn.answer_id)]}
    repaired()
    assert len(names()) == 2


def test_a_name_that_is_no_id_is_left_alone(turn: Turn) -> None:
    store().put(f"{turn.organization_id}/notes.txt", b"")
    store().put("notes/1.txt", b"")
    assert differences() == {}


def test_a_store_that_lists_hashes_of_its_own_is_read_where_it_seems_to_differ(turn: Turn) -> None:
    """One that encrypts has other ETags than the MD5 of what was put."""
    listed = archive_inventory.inventory
    strange = {item: f"{value[:-4]}0000" for item, value in listed(turn.organization_id).items()}
    own = replace(archive_inventory.STORE, inventory=lambda _id: strange)
    assert reconciling.compare(own, turn.organization_id).differences == frozenset()


def test_a_deep_look_reads_what_a_listing_hides(turn: Turn) -> None:
    listed = archive_inventory.inventory(turn.organization_id)
    spoil(name_of(turn), b"{}")
    own = replace(archive_inventory.STORE, inventory=lambda _id: listed)
    assert reconciling.compare(own, turn.organization_id).differences == frozenset()
    (found,) = reconciling.compare(own, turn.organization_id, deep=True).differences
    assert (found.kind, found.id, found.found.split()[-1]) == ("different", turn.answer_id, "damaged")


def test_a_turn_that_is_closed_and_carried_out_during_the_comparison_is_no_difference(
    actor: Actor, turn: Turn
) -> None:
    listed = archive_inventory.inventory
    late: list[Turn] = []

    def list_then_go_on(organization_id: UUID) -> dict[UUID, str]:
        found = listed(organization_id)
        if not late:
            late.append(ask(actor, "ועוד?"))
            answer(late[0])
            relay()
        return found

    own = replace(archive_inventory.STORE, inventory=list_then_go_on)
    found = reconciling.compare(own, turn.organization_id)
    assert (found.differences, found.on_the_way, found.expected) == (frozenset(), 0, 4)


def test_one_organisation_alone_is_compared(turn: Turn, outside_actor: Actor) -> None:
    other = ask(outside_actor)
    answer(other)
    relay()
    store().remove([name_of(other)])
    assert differences("--organization", "אופק") == {}
    assert differences("--organization", "גליל") == {"missing": [str(other.answer_id)]}
    with pytest.raises(CommandError) as raised:
        reconcile("--organization", "אין כזה")
    assert raised.value.returncode == 2


def test_a_store_that_is_away_is_no_answer(turn: Turn) -> None:
    with (
        patch.object(FolderStorage, "listing", side_effect=ObjectStoreError(details={"reason": "Away"})),
        pytest.raises(CommandError) as raised,
    ):
        reconcile()
    assert raised.value.returncode == 2
    assert "object_storage_unavailable Away" in str(raised.value)


def test_many_differences_are_told_by_number(actor: Actor) -> None:
    turns = [ask(actor, f"שאלה {number}") for number in range(25)]
    for each in turns:
        answer(each)
    relay()
    store().remove([name_of(each) for each in turns])
    code, said = reconcile()
    assert code == 1
    assert "  missing 25: " in said
    assert "and 5 more" in said
    repaired()
