"""Conversations in the archive: how they are called, what is thought of them, and that deleted ones leave."""

from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from accounts.types import Actor
from config.kernel.objects.files import FolderStorage
from config.kernel.outbox.relay import relay
from conversations.archive import archive_card, archive_turn
from conversations.organizing import (
    ConversationChanges,
    Verdict,
    change_conversation,
    create_conversation,
    delete_conversation,
    rate_message,
    restore_conversation,
    withdraw_rating,
)
from conversations.types import Turn
from tests.conversations.archives import card_of, closed, content, event, folder, name_of, names, opened
from tests.conversations.turns import QUESTION, answer, ask, full_answer


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def turn(actor: Actor) -> Turn:
    turn = ask(actor, session_id="session123")
    full_answer(turn)
    relay()
    return turn


def card(turn: Turn) -> Any:
    return opened(card_of(turn))["conversation"]


def rename(actor: Actor, conversation_id: UUID, title: str) -> None:
    change_conversation(
        actor=actor, conversation_id=conversation_id, changes=ConversationChanges(title=title)
    )


def test_a_conversation_is_archived_with_its_first_closed_answer(actor: Actor, turn: Turn) -> None:
    found = card(turn)
    assert (found["id"], found["user_id"]) == (str(turn.conversation_id), str(actor.user_id))
    assert (found["session_id"], found["title"], found["title_is_automatic"]) == (
        "session123",
        QUESTION,
        True,
    )
    assert (found["pinned"], found["archived_at"], found["feedback"]) == (False, None, [])


def test_one_without_an_answer_is_not(actor: Actor) -> None:
    conversation, _ = create_conversation(actor=actor, title="ריקה")
    rename(actor, conversation.pk, "עדיין ריקה")
    ask(actor)
    relay()
    assert names() == []


def test_what_is_changed_is_written_anew(actor: Actor, turn: Turn) -> None:
    changes = ConversationChanges(title="שם חדש", pinned=True, archived=True)
    change_conversation(actor=actor, conversation_id=turn.conversation_id, changes=changes)
    relay()
    found = card(turn)
    assert (found["title"], found["title_is_automatic"], found["pinned"]) == ("שם חדש", False, True)
    assert found["archived_at"] is not None


def test_a_verdict_is_archived_and_withdrawn(actor: Actor, turn: Turn) -> None:
    verdict = Verdict("down", "wrong", "לא נכון")
    rate_message(actor=actor, message_id=turn.answer_id, verdict=verdict)
    relay()
    (found,) = card(turn)["feedback"]
    assert (found["message_id"], found["user_id"]) == (str(turn.answer_id), str(actor.user_id))
    assert (found["rating"], found["reason"], found["comment"]) == ("down", "wrong", "לא נכון")
    rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict("down", "wrong", "עדיין לא"))
    relay()
    assert [each["comment"] for each in card(turn)["feedback"]] == ["עדיין לא"]
    withdraw_rating(actor=actor, message_id=turn.answer_id)
    relay()
    assert card(turn)["feedback"] == []


def test_the_last_name_wins_when_two_are_written_at_once(actor: Actor, turn: Turn) -> None:
    """The slower one read the database before the faster one's change, and writes after it."""
    put = FolderStorage.put
    overtaken: list[str] = []
    told = event("conversation.changed", actor.organization_id, conversation_id=turn.conversation_id)

    def put_after_somebody_else(self: Any, name: str, *args: Any, **kwargs: Any) -> None:
        if not overtaken:
            overtaken.append(name)
            rename(actor, turn.conversation_id, "שם שני")
            archive_card(told)
        put(self, name, *args, **kwargs)

    rename(actor, turn.conversation_id, "שם ראשון")
    with patch.object(FolderStorage, "put", put_after_somebody_else):
        archive_card(told)
    assert card(turn)["title"] == "שם שני"


def test_a_deleted_conversation_leaves_the_archive_with_all_turns(actor: Actor, turn: Turn) -> None:
    answer(ask(actor, "ועוד?", conversation_id=turn.conversation_id))
    other = ask(actor, "אחרת")
    answer(other)
    relay()
    assert len(names()) == 5
    delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    relay()
    assert set(names()) == {name_of(other), card_of(other)}


def test_one_that_comes_back_returns_to_it_unchanged(actor: Actor, turn: Turn) -> None:
    before = {name: content(name) for name in names()}
    delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    relay()
    assert names() == []
    restore_conversation(actor=actor, conversation_id=turn.conversation_id)
    relay()
    assert {name: content(name) for name in names()} == before


def test_a_turn_that_is_closed_after_the_deletion_is_not_archived(actor: Actor, turn: Turn) -> None:
    late = ask(actor, "ועוד?", conversation_id=turn.conversation_id)
    delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    answer(late)
    relay()
    archive_turn(closed(late))
    assert names() == []


def test_a_deletion_that_overtakes_a_turn_on_its_way_is_kept(actor: Actor, turn: Turn) -> None:
    put = FolderStorage.put
    late = ask(actor, "ועוד?", conversation_id=turn.conversation_id)
    answer(late)

    def put_after_the_deletion(self: Any, name: str, *args: Any, **kwargs: Any) -> None:
        if name == name_of(late) and name not in names():
            delete_conversation(actor=actor, conversation_id=turn.conversation_id)
        put(self, name, *args, **kwargs)

    with patch.object(FolderStorage, "put", put_after_the_deletion):
        archive_turn(closed(late))
    assert names() == []
