"""From the archive back into an empty database: the same, message by message."""

from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Department, Organization, User
from accounts.selectors import find_organization_by_id
from accounts.tenancy import system_scope, tenant_scope
from accounts.types import AccountStatus, Actor
from analytics.models import DailyUsage
from config.kernel.objects import ObjectDamagedError, ObjectStoreError
from config.kernel.objects.files import FolderStorage
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import relay
from conversations import restoring
from conversations.models import Citation, Conversation, Feedback, Message
from conversations.organizing import (
    ConversationChanges,
    Verdict,
    change_conversation,
    delete_conversation,
    rate_message,
)
from conversations.services import reopen_answer
from conversations.types import MessageStatus, Turn
from tests.builders import make_organization, make_user
from tests.conversations.archives import card_of, content, folder, name_of, names, spoil, store
from tests.conversations.turns import OWNER, answer, ask, full_answer, talk

NOT_ARCHIVED = {"lease_owner", "lease_expires_at", "stop_requested_at"}


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def everything(actor: Actor, outside_actor: Actor) -> Turn:
    """Conversations with everything that can be in one, archived; return a turn of the first."""
    turn = ask(actor, session_id="session123", client_id="key-1")
    full_answer(turn)
    again = reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner=OWNER)
    answer(again, "נעצר", status=MessageStatus.STOPPED)
    edited = ask(actor, "ואם לא?", conversation_id=turn.conversation_id, parent_id=turn.question_id)
    answer(edited, "", status=MessageStatus.FAILED, error_code="model_unavailable")
    for number in range(4):
        following = ask(actor, f"ועוד {number}?", conversation_id=turn.conversation_id)
        full_answer(following)
    verdict = Verdict("down", "wrong", "לא נכון")
    rate_message(actor=actor, message_id=turn.answer_id, verdict=verdict)
    changes = ConversationChanges(title="שם חדש", pinned=True, archived=True)
    change_conversation(actor=actor, conversation_id=turn.conversation_id, changes=changes)
    talk(actor, "שאלה אחת", "שאלה שנייה")
    talk(outside_actor, "של אחרים")
    while relay().claimed:
        pass
    return turn


def rows() -> dict[str, dict[UUID, dict[str, Any]]]:
    """Return everything that is kept of conversations, by table and key."""
    with system_scope("comparison"):
        messages = {
            row["id"]: {name: value for name, value in row.items() if name not in NOT_ARCHIVED}
            for row in Message.objects.values()
        }
        conversations = {row["id"]: dict(row) for row in Conversation.objects.values()}
        for row in conversations.values():
            row.pop("updated_at")
        citations = {(row["message_id"], row["number"]): dict(row) for row in Citation.objects.values()}
        verdicts = {(row["message_id"], row["user_id"]): dict(row) for row in Feedback.objects.values()}
        for row in (*citations.values(), *verdicts.values()):
            row.pop("id")
    found: dict[str, Any] = {
        "messages": messages,
        "conversations": conversations,
        "citations": citations,
        "verdicts": verdicts,
    }
    return found


def lose_conversations() -> None:
    with system_scope("loss"):
        for model in (Feedback, Citation, Message, Conversation, DailyUsage):
            model.objects.all().delete()
    OutboxRow.objects.all().delete()


def lose_everything() -> None:
    lose_conversations()
    with system_scope("loss"):
        User.directory.all().delete()
        Department.objects.all().delete()
    Organization.objects.all().delete()


def restore(*options: str) -> str:
    out = StringIO()
    call_command("restore", *options, stdout=out, stderr=out)
    return out.getvalue()


def refusals(*options: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("restore", *options, stdout=out, stderr=out)
    assert raised.value.returncode == 1
    return out.getvalue()


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
    assert routes == {"analytics.projections.count_turn", "analytics.projections.count_rating"}
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
