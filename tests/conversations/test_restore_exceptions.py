"""Restoring what is damaged, foreign, incomplete or taken: the rest comes back, and nothing is made up."""

from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.management.base import CommandError

from accounts.selectors import find_organization_by_id
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.objects import ObjectDamagedError, ObjectStoreError
from config.kernel.objects.files import FolderStorage
from config.kernel.outbox.relay import relay
from conversations.models import Conversation, Message
from conversations.types import Turn
from tests.builders import make_organization, make_user
from tests.conversations.archives import card_of, content, folder, name_of, names, spoil, store
from tests.conversations.restores import (
    lose_conversations,
    lose_everything,
    refusals,
    restore,
    rows,
    talk_of_everything,
)
from tests.conversations.turns import ask, talk


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def everything(actor: Actor, outside_actor: Actor) -> Turn:
    return talk_of_everything(actor, outside_actor)


def test_damaged_objects_are_refused_by_name_and_the_others_come_back(
    actor: Actor, outside_actor: Actor, everything: Turn
) -> None:
    damaged = name_of(everything)
    spoil(damaged, content(damaged).replace("21 ימים".encode(), "12 ימים".encode()))
    half = next(name for name in names() if name.startswith(str(outside_actor.organization_id)))
    spoil(half, content(half)[:100])
    lose_conversations()
    said = refusals()
    assert f"refused {damaged}: its hash is not that of its content" in said
    assert f"refused {half}: it cannot be read" in said
    assert len(rows()["messages"]) == 16  # the question of the first is that of another answer too
    with tenant_scope(actor.organization_id):
        assert not Message.objects.filter(pk=everything.answer_id).exists()


def test_a_question_finds_its_place_once_the_damaged_object_is_whole_again(actor: Actor) -> None:
    last = talk(actor, "ראשונה", "שנייה")
    relay()
    before = rows()
    with tenant_scope(actor.organization_id):
        first = Message.objects.get(pk=last.question_id).parent_id
    broken = next(name for name in names() if str(first) in name)
    whole = content(broken)
    spoil(broken, b"{}")
    lose_conversations()
    refusals()
    with tenant_scope(actor.organization_id):
        assert Message.objects.get(pk=last.question_id).parent_id is None
    spoil(broken, whole)
    restore()
    assert rows() == before


def test_what_the_store_calls_damaged_is_refused(everything: Turn) -> None:
    get, damaged = FolderStorage.get, name_of(everything)

    def read(self: FolderStorage, name: str) -> Any:
        if name == damaged:
            raise ObjectDamagedError
        return get(self, name)

    lose_conversations()
    with patch.object(FolderStorage, "get", read):
        assert f"refused {damaged}: the store says that it is damaged" in refusals()


def test_an_object_under_the_name_of_another_is_refused(everything: Turn) -> None:
    moved = name_of(everything).replace(str(everything.answer_id), str(uuid4()))
    store().put(moved, content(name_of(everything)))
    lose_conversations()
    assert f"refused {moved}: it is the object of another name" in refusals()


def test_somebody_elses_conversation_is_refused(everything: Turn, actor: Actor) -> None:
    turn = name_of(everything)
    lose_everything()
    make_user("elsewhere", id=actor.user_id, organization=make_organization("אחר"))
    said = refusals()
    assert f"refused {turn}: its person belongs to another organization" in said
    assert f"refused {card_of(everything)}: its person belongs to another organization" in said
    assert len(rows()["messages"]) == 2


def test_without_its_own_object_a_conversation_is_called_by_its_first_question(
    everything: Turn, actor: Actor
) -> None:
    last = talk(actor, "שאלה ראשונה", "שאלה שנייה")
    relay()
    store().remove([card_of(last)])
    lose_conversations()
    restore()
    with tenant_scope(actor.organization_id):
        found = Conversation.objects.get(pk=last.conversation_id)
    assert (found.title, found.session_id) == ("שאלה ראשונה", str(last.conversation_id))


def test_a_name_that_is_taken_by_now_is_replaced(everything: Turn, actor: Actor) -> None:
    lose_conversations()
    ask(actor, session_id="session123", client_id="key-1")
    restore()
    with tenant_scope(actor.organization_id):
        assert Conversation.objects.get(pk=everything.conversation_id).session_id != "session123"
        assert Message.objects.get(pk=everything.question_id).client_id is None


def test_one_organisation_comes_back_alone_by_name_or_id(everything: Turn, actor: Actor) -> None:
    lose_everything()
    restore("--organization", str(actor.organization_id))
    assert len(rows()["messages"]) == 17
    with pytest.raises(CommandError) as raised:
        restore("--organization", "אין כזה")
    assert raised.value.returncode == 2
    nobody = uuid4()
    restore("--organization", str(nobody))
    assert find_organization_by_id(organization_id=nobody) is None


def test_an_empty_archive_is_told(db: None) -> None:
    assert restore() == "the archive is empty\n"


def test_an_archive_that_is_away_is_told(db: None) -> None:
    away = ObjectStoreError(details={"reason": "Away"})
    with patch.object(FolderStorage, "folders", side_effect=away), pytest.raises(CommandError) as raised:
        restore()
    assert raised.value.returncode == 2
