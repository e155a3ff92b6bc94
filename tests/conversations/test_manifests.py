"""What the archive has to hold is written beside it: what is lost or changed there is found by that alone."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import now

from accounts.types import Actor
from config.kernel.outbox.relay import relay
from conversations import manifests
from conversations.archive_form import DamagedObjectError
from conversations.manifests import (
    Difference,
    differences,
    read_manifest,
    write_due_manifests,
    write_manifest,
)
from conversations.organizing import delete_conversation
from conversations.types import Turn
from tests.conversations.archives import Away, card_of, folder, name_of, names, spoil, store
from tests.conversations.restores import lose_conversations, restore
from tests.conversations.turns import talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _archive(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def turn(actor: Actor) -> Turn:
    """The last turn of a conversation of two, archived."""
    found = talk(actor, "כמה ימי חופשה מגיעים לי?", "ובשנה הבאה?")
    relay()
    return found


def manifest_names() -> list[str]:
    return [name for name in names() if name.startswith("manifests/")]


def test_it_counts_what_there_is_and_agrees_with_the_archive(actor: Actor, turn: Turn) -> None:
    written = write_manifest(actor.organization_id)
    assert (written.turns, written.conversations) == (2, 1)
    assert read_manifest(actor.organization_id) == written
    assert differences(written) == []


def test_it_names_nobody_and_quotes_nothing(actor: Actor, turn: Turn) -> None:
    write_manifest(actor.organization_id)
    found = store().get(manifest_names()[0])
    assert found is not None
    for word in ("חופשה", str(actor.user_id), str(turn.conversation_id), str(turn.answer_id)):
        assert word not in found[0].decode()


def test_an_object_that_is_lost_is_found_by_the_archive_alone(actor: Actor, turn: Turn) -> None:
    write_manifest(actor.organization_id)
    name = name_of(turn)
    store().remove([name])
    lose_conversations()
    day = "/".join(name.split("/")[1:4])
    manifest = read_manifest(actor.organization_id)
    assert manifest is not None
    assert differences(manifest) == [Difference(day, 2, 1)]


def test_an_object_that_was_changed_is_found_as_well(actor: Actor, turn: Turn) -> None:
    written = write_manifest(actor.organization_id)
    spoil(card_of(turn), b"{}")
    assert differences(written) == [Difference("conversations", 1, 1)]


def test_again_on_one_day_it_is_one_and_old_ones_are_forgotten(actor: Actor, turn: Turn) -> None:
    write_manifest(actor.organization_id)
    write_manifest(actor.organization_id)
    assert len(manifest_names()) == 1
    for days in range(1, manifests.KEPT + 3):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            write_manifest(actor.organization_id)
    assert len(manifest_names()) == manifests.KEPT


def test_the_one_of_yesterday_outlives_one_of_a_database_that_lost_something(
    actor: Actor, turn: Turn
) -> None:
    write_manifest(actor.organization_id)
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        lose_conversations()
        assert write_manifest(actor.organization_id).turns == 0
    assert len(manifest_names()) == 2


def test_they_are_written_once_a_day(actor: Actor, outside_actor: Actor, turn: Turn) -> None:
    assert write_due_manifests() == 2
    assert write_due_manifests() == 0


def test_an_archive_that_is_away_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, turn: Turn) -> None:
    monkeypatch.setattr(manifests, "object_store", lambda _alias: Away())
    assert write_due_manifests() == 0


def test_one_that_was_changed_is_refused(actor: Actor, turn: Turn) -> None:
    write_manifest(actor.organization_id)
    (name,) = manifest_names()
    found = store().get(name)
    assert found is not None
    for wrong in (found[0].replace(b'"count": 2', b'"count": 1'), b"[]", b"not json"):
        spoil(name, wrong)
        with pytest.raises(DamagedObjectError):
            read_manifest(actor.organization_id)


def test_one_of_another_installation_is_read_and_said_to_be(actor: Actor, turn: Turn, settings: Any) -> None:
    write_manifest(actor.organization_id)
    settings.SECRET_KEY = "another installation's key, as long as it has to be"
    manifest = read_manifest(actor.organization_id)
    assert manifest is not None
    assert not manifest.is_ours


def test_an_operator_writes_and_checks_it(actor: Actor, turn: Turn) -> None:
    out = StringIO()
    call_command("archive_manifest", "--organization", "אופק", stdout=out)
    assert "2 turns in 1 conversations" in out.getvalue()
    call_command("archive_manifest", "--check", stdout=out)
    store().remove([name_of(turn)])
    with pytest.raises(CommandError) as differs:
        call_command("archive_manifest", "--check", stdout=out, stderr=out)
    assert differs.value.returncode == 1
    assert "holds 1 objects, 2 expected" in out.getvalue()


def test_a_restoration_says_what_the_archive_had_lost(actor: Actor, turn: Turn) -> None:
    write_manifest(actor.organization_id)
    store().remove([name_of(turn)])
    lose_conversations()
    said = restore()
    assert "1 turns restored" in said
    assert "held 2 objects" in said
    assert "holds 1" in said


def test_what_was_deleted_since_is_gone_from_the_next_one(actor: Actor, turn: Turn) -> None:
    write_manifest(actor.organization_id)
    delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    relay()
    written = write_manifest(actor.organization_id)
    assert (written.turns, differences(written)) == (0, [])
