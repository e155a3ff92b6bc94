"""From the archive back into an empty database: the same, message by message."""

from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.selectors import find_organization_by_id
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Actor
from analytics.models import DailyUsage
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import relay
from conversations import restoring
from conversations.models import Conversation, Message
from conversations.organizing import (
    delete_conversation,
)
from conversations.types import Turn
from tests.conversations.archives import folder
from tests.conversations.restores import (
    lose_conversations,
    lose_everything,
    restore,
    rows,
    talk_of_everything,
)


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def everything(actor: Actor, outside_actor: Actor) -> Turn:
    return talk_of_everything(actor, outside_actor)


def test_the_round_trip_is_equal_message_by_message(everything: Turn) -> None:
    before = rows()
    assert len(before["messages"]) == 19
    assert (len(before["citations"]), len(before["verdicts"])) == (10, 1)
    lose_conversations()
    assert rows()["messages"] == {}
    said = restore()
    assert "אופק: 9 turns restored" in said
    assert rows() == before


def test_a_database_without_any_people_gets_stand_ins(everything: Turn, actor: Actor) -> None:
    before = rows()
    lose_everything()
    restore()
    assert rows() == before
    organization = find_organization_by_id(organization_id=actor.organization_id)
    assert organization is not None
    assert organization.name == f"restored {actor.organization_id}"
    person = User.directory.get(pk=actor.user_id)
    assert (person.status, person.organization_id) == (AccountStatus.DEACTIVATED, actor.organization_id)
    assert not person.has_usable_password()


def test_what_comes_back_agrees_with_the_archive(everything: Turn) -> None:
    lose_everything()
    restore()
    call_command("reconcile", "--deep", stdout=StringIO())


def test_again_changes_nothing(everything: Turn) -> None:
    lose_conversations()
    restore()
    before, waiting = rows(), OutboxRow.objects.count()
    assert "אופק: 0 turns restored, 9 there already" in restore()
    assert (rows(), OutboxRow.objects.count()) == (before, waiting)


def test_what_comes_back_is_counted_again_and_archived_no_second_time(everything: Turn, actor: Actor) -> None:
    with tenant_scope(actor.organization_id):
        before = DailyUsage.objects.values("day", "questions", "answered", "helpful", "not_helpful").get()
    lose_conversations()
    restore()
    routes = set(OutboxRow.objects.values_list("route", flat=True))
    assert routes == {
        "analytics.projections.count_turn",
        "analytics.projections.count_rating",
        "analytics.gaps.collecting.collect_answer",
    }
    relay()
    with tenant_scope(actor.organization_id):
        after = DailyUsage.objects.values("day", "questions", "answered", "helpful", "not_helpful").get()
    assert after == before


def test_conversations_are_in_the_order_of_their_last_answers(everything: Turn, actor: Actor) -> None:
    def order() -> list[UUID]:
        with tenant_scope(actor.organization_id):
            return list(Conversation.objects.order_by("-updated_at").values_list("pk", flat=True))

    before = order()
    lose_conversations()
    restore()
    assert order() == before


def test_small_batches_keep_all_links(everything: Turn) -> None:
    before = rows()
    lose_conversations()
    with patch.object(restoring, "READ_AT_ONCE", 1):
        restore()
    assert rows() == before


def test_an_end_in_the_middle_is_made_up_for_by_the_next_run(everything: Turn) -> None:
    before = rows()
    lose_conversations()
    with (
        patch.object(restoring, "READ_AT_ONCE", 2),
        patch.object(restoring, "link_questions", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        restore()
    restore()
    assert rows() == before


def test_a_deleted_conversation_does_not_come_back(actor: Actor, everything: Turn) -> None:
    delete_conversation(actor=actor, conversation_id=everything.conversation_id)
    relay()
    lose_conversations()
    restore()
    with tenant_scope(actor.organization_id):
        assert not Conversation.objects.filter(pk=everything.conversation_id).exists()
        assert Conversation.objects.count() == 1


def test_one_that_is_deleted_in_the_database_stays_so(actor: Actor, everything: Turn) -> None:
    """Its objects are still there: the deletion waits in the outbox."""
    delete_conversation(actor=actor, conversation_id=everything.conversation_id)
    with tenant_scope(actor.organization_id):
        Message.objects.filter(pk=everything.answer_id).delete()
    assert "7 of deleted conversations left out" in restore("--organization", "אופק")
    with tenant_scope(actor.organization_id):
        assert not Message.objects.filter(pk=everything.answer_id).exists()


def test_what_was_changed_since_stays(actor: Actor, everything: Turn) -> None:
    with tenant_scope(actor.organization_id):
        Conversation.objects.filter(pk=everything.conversation_id).update(title="חדש מזה")
        Message.objects.filter(pk=everything.answer_id).delete()
    assert "1 turns restored" in restore("--organization", "אופק")
    with tenant_scope(actor.organization_id):
        assert Conversation.objects.get(pk=everything.conversation_id).title == "חדש מזה"
        assert Message.objects.get(pk=everything.answer_id).feedback.get().comment == "לא נכון"
