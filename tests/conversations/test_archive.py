"""Closed turns in the archive: one whole object each, however often and after whatever it is written."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils.timezone import now

from accounts.types import Actor
from config.kernel.outbox import OutboxMessage
from config.kernel.outbox.relay import relay
from conversations.archive import archive_name, archive_turn, read_turn
from conversations.selectors import stored_answer
from conversations.types import Turn
from tests.conversations.turns import QUESTION, ask, full_answer


@pytest.fixture(autouse=True)
def archive(settings: Any) -> Storage:
    settings.STORAGES = {
        **settings.STORAGES,
        "archive": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    return storages["archive"]


@pytest.fixture
def turn(actor: Actor) -> Turn:
    turn = ask(actor, session_id="session123")
    full_answer(turn)
    return turn


def closed(turn: Turn) -> OutboxMessage:
    payload = {"answer_id": str(turn.answer_id)}
    return OutboxMessage(uuid4(), "turn.closed", turn.organization_id, {**payload}, now())


def name_of(actor: Actor, turn: Turn) -> str:
    return archive_name(actor.organization_id, stored_answer(actor=actor, answer_id=turn.answer_id))


def objects(archive: Storage, folder: str = "") -> list[str]:
    folders, files = archive.listdir(folder)
    deeper = [name for inner in folders for name in objects(archive, f"{folder}{inner}/")]
    return [f"{folder}{file}" for file in files] + deeper


def test_a_closed_turn_is_archived_by_the_relay(actor: Actor, turn: Turn, archive: Storage) -> None:
    relay()
    assert objects(archive) == [name_of(actor, turn)]


def test_the_object_tells_the_whole_turn(actor: Actor, turn: Turn) -> None:
    archive_turn(closed(turn))
    found = read_turn(name_of(actor, turn))
    assert found is not None
    archived: Any = found
    assert (archived["organization_id"], archived["user_id"]) == (
        str(actor.organization_id),
        str(actor.user_id),
    )
    assert archived["conversation"] == {
        "id": str(turn.conversation_id),
        "session_id": "session123",
        "title": QUESTION,
    }
    assert (archived["question"]["id"], archived["question"]["text"]) == (str(turn.question_id), QUESTION)
    assert (archived["answer"]["id"], archived["answer"]["status"]) == (str(turn.answer_id), "complete")
    assert [citation["number"] for citation in archived["answer"]["citations"]] == [1, 2]
    assert archived["answer"]["usage"] == {"prompt_tokens": 120, "completion_tokens": 30}


def test_the_name_is_the_day_and_the_answer(actor: Actor, turn: Turn) -> None:
    stored = stored_answer(actor=actor, answer_id=turn.answer_id)
    day = f"{stored.created_at:%Y/%m/%d}"
    assert name_of(actor, turn) == f"{actor.organization_id}/{day}/{turn.answer_id}.json"


def test_the_same_event_twice_is_one_object_written_once(actor: Actor, turn: Turn, archive: Storage) -> None:
    archive_turn(closed(turn))
    written = archive.get_modified_time(name_of(actor, turn))
    archive_turn(closed(turn))
    assert objects(archive) == [name_of(actor, turn)]
    assert archive.get_modified_time(name_of(actor, turn)) == written


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def changed(content: bytes) -> bytes:
    return content.replace(QUESTION.encode(), "שאלה אחרת".encode())


def list_of(content: bytes) -> bytes:
    return json.dumps([content.decode()]).encode()


@pytest.mark.parametrize("spoilt", [half, changed, list_of, lambda _content: b"", lambda _content: b"\xff"])
def test_an_object_that_is_not_whole_is_none_and_is_replaced(
    actor: Actor, turn: Turn, archive: Storage, spoilt: Callable[[bytes], bytes]
) -> None:
    archive_turn(closed(turn))
    name = name_of(actor, turn)
    with archive.open(name) as file:
        whole = file.read()
    archive.delete(name)
    archive.save(name, ContentFile(spoilt(whole)))
    assert read_turn(name) is None
    archive_turn(closed(turn))
    with archive.open(name) as file:
        assert file.read() == whole
    assert objects(archive) == [name]


def test_two_writers_at_once_leave_one_object(
    actor: Actor, turn: Turn, archive: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = name_of(actor, turn)
    overtaken: list[str] = []
    save = archive.save

    def save_after_somebody_else(wanted: str, content: Any) -> str:
        if not overtaken:
            overtaken.append(wanted)
            archive_turn(closed(turn))
        return save(wanted, content)

    monkeypatch.setattr(archive, "save", save_after_somebody_else)
    archive_turn(closed(turn))
    assert objects(archive) == [name]
    assert read_turn(name) is not None


def test_an_answer_that_is_gone_or_open_is_not_archived(actor: Actor, archive: Storage) -> None:
    still_open = ask(actor)
    archive_turn(closed(still_open))
    payload = {"answer_id": str(uuid4())}
    archive_turn(OutboxMessage(uuid4(), "turn.closed", actor.organization_id, {**payload}, now()))
    assert objects(archive) == []


def test_another_organisation_cannot_archive_the_turn(
    outside_actor: Actor, turn: Turn, archive: Storage
) -> None:
    payload = {"answer_id": str(turn.answer_id)}
    archive_turn(OutboxMessage(uuid4(), "turn.closed", outside_actor.organization_id, {**payload}, now()))
    assert objects(archive) == []


def test_what_was_never_archived_is_none() -> None:
    assert read_turn(f"{uuid4()}/2026/11/24/{uuid4()}.json") is None
