"""Closed turns in the archive: one whole object each, however often and after whatever it is written."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from accounts.types import Actor
from config.kernel.objects.files import FolderStorage
from config.kernel.outbox.relay import relay
from conversations.archive import ArchiveConflictError, archive_turn
from conversations.archive_form import DamagedObjectError, is_whole, opened_turn
from conversations.organizing import ConversationChanges, change_conversation
from conversations.services import reopen_answer
from conversations.types import Turn
from tests.conversations.archives import (
    card_of,
    closed,
    content,
    event,
    folder,
    name_of,
    names,
    opened,
    spoil,
)
from tests.conversations.turns import OWNER, QUESTION, answer, answer_row, ask, full_answer, message


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "archive": folder(tmp_path)}


@pytest.fixture
def turn(actor: Actor) -> Turn:
    turn = ask(actor, session_id="session123", client_id="key-1")
    full_answer(turn)
    return turn


def test_a_closed_turn_is_archived_by_the_relay(turn: Turn) -> None:
    relay()
    assert names() == [name_of(turn), card_of(turn)]


def test_the_object_tells_the_whole_turn(actor: Actor, turn: Turn) -> None:
    archive_turn(closed(turn))
    found = opened(name_of(turn))["turn"]
    assert (found["organization_id"], found["user_id"]) == (str(actor.organization_id), str(actor.user_id))
    assert found["conversation_id"] == str(turn.conversation_id)
    question, reply = found["question"], found["answer"]
    assert (question["id"], question["text"], question["client_id"]) == (
        str(turn.question_id),
        QUESTION,
        "key-1",
    )
    assert (reply["id"], reply["status"]) == (str(turn.answer_id), "complete")
    assert [citation["number"] for citation in reply["citations"]] == [1, 2]
    assert reply["usage"] == {"prompt_tokens": 120, "completion_tokens": 30}


def test_the_hash_is_that_of_the_turn(turn: Turn) -> None:
    archive_turn(closed(turn))
    found = opened(name_of(turn))
    canonical = json.dumps(found["turn"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert found["sha256"] == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_name_is_the_day_and_the_answer(turn: Turn) -> None:
    archive_turn(closed(turn))
    day = f"{answer_row(turn).created_at:%Y/%m/%d}"
    assert names()[0] == f"{turn.organization_id}/{day}/{turn.answer_id}.json"


def test_the_same_event_twice_is_one_object_written_once(turn: Turn) -> None:
    archive_turn(closed(turn))
    with patch.object(FolderStorage, "get", side_effect=FolderStorage.get, autospec=True) as read:
        archive_turn(closed(turn))
    assert read.call_count == 2
    assert names() == [name_of(turn), card_of(turn)]


def test_a_new_title_leaves_the_object_as_it_was(actor: Actor, turn: Turn) -> None:
    archive_turn(closed(turn))
    before = content(name_of(turn))
    changes = ConversationChanges(title="שם חדש")
    change_conversation(actor=actor, conversation_id=turn.conversation_id, changes=changes)
    archive_turn(closed(turn))
    assert content(name_of(turn)) == before


def test_every_answer_to_a_question_has_its_object(actor: Actor, turn: Turn) -> None:
    second = reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner=OWNER)
    answer(second, "אחרת")
    relay()
    assert set(names()) == {name_of(turn), name_of(second), card_of(turn)}
    assert opened(name_of(second))["turn"]["question"] == opened(name_of(turn))["turn"]["question"]


def half(words: bytes) -> bytes:
    return words[: len(words) // 2]


def changed(words: bytes) -> bytes:
    return words.replace(QUESTION.encode(), "שאלה אחרת".encode())


def list_of(words: bytes) -> bytes:
    return json.dumps([words.decode()]).encode()


SPOILT = [half, changed, list_of, lambda _words: b"", lambda _words: b"\xff", lambda _words: b'{"turn": 1}']


@pytest.mark.parametrize("spoilt", SPOILT)
def test_an_object_that_is_not_whole_is_refused_and_replaced(
    turn: Turn, spoilt: Callable[[bytes], bytes]
) -> None:
    archive_turn(closed(turn))
    name = name_of(turn)
    whole = content(name)
    spoil(name, spoilt(whole))
    assert not is_whole(content(name))
    with pytest.raises(DamagedObjectError):
        opened_turn(name, content(name))
    archive_turn(closed(turn))
    assert content(name) == whole


def test_a_whole_object_that_tells_something_else_is_left_for_a_person(actor: Actor, turn: Turn) -> None:
    archive_turn(closed(turn))
    other = ask(actor, "שאלה אחרת")
    full_answer(other)
    archive_turn(closed(other))
    spoil(name_of(turn), content(name_of(other)))
    with pytest.raises(ArchiveConflictError):
        archive_turn(closed(turn))
    assert content(name_of(turn)) == content(name_of(other))


def test_a_whole_object_under_another_name_is_not_that_of_its_name(turn: Turn) -> None:
    archive_turn(closed(turn))
    moved = name_of(turn).replace(str(turn.answer_id), str(uuid4()))
    with pytest.raises(DamagedObjectError, match="another name"):
        opened_turn(moved, content(name_of(turn)))


def test_two_writers_at_once_leave_one_object(turn: Turn) -> None:
    put = FolderStorage.put
    overtaken: list[str] = []

    def put_after_somebody_else(self: Any, name: str, *args: Any, **kwargs: Any) -> None:
        if not overtaken:
            overtaken.append(name)
            archive_turn(closed(turn))
        put(self, name, *args, **kwargs)

    with patch.object(FolderStorage, "put", put_after_somebody_else):
        archive_turn(closed(turn))
    assert names() == [name_of(turn), card_of(turn)]
    assert is_whole(content(name_of(turn)))


def test_an_answer_that_is_gone_or_open_is_not_archived(actor: Actor) -> None:
    still_open = ask(actor)
    archive_turn(closed(still_open))
    archive_turn(event("turn.closed", actor.organization_id, answer_id=uuid4()))
    assert message(still_open.answer_id, actor.organization_id).status == "streaming"
    assert names() == []


def test_another_organisation_cannot_archive_the_turn(outside_actor: Actor, turn: Turn) -> None:
    archive_turn(event("turn.closed", outside_actor.organization_id, answer_id=turn.answer_id))
    assert names() == []
