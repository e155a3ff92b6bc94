"""A turn begins: question and leased answer in one transaction, once for each key, where it was named."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import DomainError, NotFoundError
from conversations import opening, organizing
from conversations.errors import IdempotencyConflictError
from conversations.models import Conversation, Message
from conversations.types import MessageRole, MessageStatus
from tests.conversations.turns import (
    OWNER,
    QUESTION,
    answer,
    answer_row,
    ask,
    at_once,
    counts,
    message,
    talk,
)


def test_a_question_is_kept_with_the_leased_row_of_its_answer(actor: Actor) -> None:
    turn = ask(actor)
    asked, row = message(turn.question_id, actor.organization_id), answer_row(turn)
    assert turn.created
    assert (asked.role, asked.text, asked.status) == (MessageRole.USER, QUESTION, MessageStatus.COMPLETE)
    assert (row.role, row.text, row.status) == (MessageRole.ASSISTANT, "", MessageStatus.STREAMING)
    assert (row.parent_id, row.lease_owner) == (asked.pk, OWNER)
    assert row.lease_expires_at is not None
    assert now() < row.lease_expires_at < now() + timedelta(minutes=1)
    assert (turn.user_id, turn.organization_id, turn.text) == (actor.user_id, actor.organization_id, QUESTION)


def test_nothing_is_left_of_a_turn_whose_answer_could_not_be_kept(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise IntegrityError("no room for the answer")

    monkeypatch.setattr(opening, "_begin_answer", fail)
    with pytest.raises(IntegrityError):
        ask(actor, session_id="session123", client_id="q1")
    assert counts(actor.organization_id) == (0, 0, 0)


def test_the_same_key_twice_is_one_turn(actor: Actor) -> None:
    first, again = ask(actor, client_id="q1"), ask(actor, f"  {QUESTION}\n", client_id="q1")
    assert (again.created, again.answer_id) == (False, first.answer_id)
    assert (again.question_id, again.conversation_id) == (first.question_id, first.conversation_id)
    assert counts(actor.organization_id) == (1, 2, 0)


def test_the_same_key_after_the_end_is_still_the_first_turn(actor: Actor) -> None:
    first = ask(actor, client_id="q1", session_id="session123")
    answer(first)
    again = ask(actor, client_id="q1", session_id="session123")
    assert (again.created, again.answer_id) == (False, first.answer_id)


@pytest.mark.parametrize("session_id", [None, "session123"])
@pytest.mark.django_db(transaction=True)
def test_the_same_key_from_two_threads_is_one_turn(actor: Actor, session_id: str | None) -> None:
    turns = at_once(*[lambda: ask(actor, client_id="q1", session_id=session_id)] * 2)
    assert sorted(turn.created for turn in turns) == [False, True]
    assert turns[0].answer_id == turns[1].answer_id
    assert counts(actor.organization_id) == (1, 2, 0)


@pytest.mark.django_db(transaction=True)
def test_two_first_questions_at_once_share_the_conversation_they_name(actor: Actor) -> None:
    turns = at_once(*[lambda: ask(actor, session_id="session123")] * 2)
    assert turns[0].conversation_id == turns[1].conversation_id
    assert counts(actor.organization_id) == (1, 4, 0)


def test_a_key_of_another_question_is_a_conflict(actor: Actor) -> None:
    ask(actor, client_id="q1")
    with pytest.raises(IdempotencyConflictError):
        ask(actor, "שאלה אחרת לגמרי", client_id="q1")


def test_a_key_of_another_conversation_is_a_conflict(actor: Actor) -> None:
    first, elsewhere = ask(actor, client_id="q1"), ask(actor)
    assert not ask(actor, client_id="q1", conversation_id=first.conversation_id).created
    with pytest.raises(IdempotencyConflictError):
        ask(actor, client_id="q1", conversation_id=elsewhere.conversation_id)
    with pytest.raises(IdempotencyConflictError):
        ask(actor, client_id="q1", session_id="session123")


def test_a_key_of_a_deleted_conversation_leads_nowhere(actor: Actor) -> None:
    turn = ask(actor, client_id="q1")
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    with pytest.raises(NotFoundError):
        ask(actor, client_id="q1")


def test_two_people_may_use_the_same_key(actor: Actor, other_member: User) -> None:
    assert ask(actor, client_id="q1").created
    assert ask(actor_of(other_member), client_id="q1").created


def test_a_session_id_makes_its_conversation_and_leads_back_to_it(actor: Actor) -> None:
    first = ask(actor, session_id="session123")
    later = ask(actor, "ומה לגבי מילואים?", session_id="session123")
    assert first.session_id == later.session_id == "session123"
    assert first.conversation_id == later.conversation_id


def test_without_a_session_id_the_conversation_is_called_by_its_own_id(actor: Actor) -> None:
    turn = ask(actor)
    assert turn.session_id == str(turn.conversation_id)
    assert ask(actor, session_id=turn.session_id).conversation_id == turn.conversation_id


def test_the_same_session_id_of_two_people_is_two_conversations(
    actor: Actor, other_member: User, outside_actor: Actor
) -> None:
    people = [actor, actor_of(other_member), outside_actor]
    assert len({ask(person, session_id="session123").conversation_id for person in people}) == 3


def test_a_deleted_conversation_gives_its_session_id_back(actor: Actor) -> None:
    first = ask(actor, session_id="session123")
    organizing.delete_conversation(actor=actor, conversation_id=first.conversation_id)
    second = ask(actor, session_id="session123")
    assert second.conversation_id != first.conversation_id
    assert second.session_id == "session123"


def test_a_question_follows_the_latest_answer(actor: Actor) -> None:
    first = talk(actor, QUESTION)
    second = ask(actor, "ומה אם לא ניצלתי?", conversation_id=first.conversation_id)
    asked = message(second.question_id, actor.organization_id)
    assert asked.parent_id == first.answer_id
    assert asked.created_at > answer_row(first).created_at


def test_an_edited_question_stands_beside_the_first_one(actor: Actor) -> None:
    first = talk(actor, QUESTION)
    second = talk(actor, "ומה אם לא ניצלתי?", conversation_id=first.conversation_id)
    edit = ask(actor, "ומה לגבי צבירה?", conversation_id=first.conversation_id, parent_id=second.question_id)
    assert message(edit.question_id, actor.organization_id).parent_id == first.answer_id
    beside_first = ask(
        actor, "שאלה ראשונה אחרת", conversation_id=first.conversation_id, parent_id=first.question_id
    )
    assert message(beside_first.question_id, actor.organization_id).parent_id is None


def test_a_question_may_follow_an_earlier_answer(actor: Actor) -> None:
    first = talk(actor, QUESTION)
    talk(actor, "ומה אם לא ניצלתי?", conversation_id=first.conversation_id)
    branch = ask(actor, "ענף אחר", conversation_id=first.conversation_id, parent_id=first.answer_id)
    assert message(branch.question_id, actor.organization_id).parent_id == first.answer_id


def test_foreign_and_absent_ids_look_alike(actor: Actor, other_member: User, outside_actor: Actor) -> None:
    own, before = ask(actor), counts(actor.organization_id)
    near, far = ask(actor_of(other_member)), ask(outside_actor)
    elsewhere = ask(actor)
    for conversation_id in (uuid4(), near.conversation_id, far.conversation_id):
        with pytest.raises(NotFoundError):
            ask(actor, conversation_id=conversation_id)
    for parent_id in (uuid4(), near.answer_id, far.answer_id, elsewhere.answer_id):
        with pytest.raises(NotFoundError):
            ask(actor, conversation_id=own.conversation_id, parent_id=parent_id)
        with pytest.raises(NotFoundError):
            ask(actor, session_id="never used before", parent_id=parent_id)
    assert counts(actor.organization_id) == (before[0] + 2, before[1] + 4, 0)


def test_a_deleted_conversation_takes_no_question(actor: Actor) -> None:
    turn = ask(actor)
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    with pytest.raises(NotFoundError):
        ask(actor, conversation_id=turn.conversation_id)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"text": ""}, "empty_text", id="empty"),
        pytest.param({"text": " \n\t "}, "empty_text", id="blank"),
        pytest.param({"text": "\x00\u202e\u2066"}, "empty_text", id="controls"),
        pytest.param({"text": " \u200f\u200b\u2060\u00ad\u3164 "}, "empty_text", id="nothing to be seen"),
        pytest.param({"text": "כמה\x00 ימי חופשה?"}, "invalid_characters", id="NUL"),
        pytest.param({"text": "כמה ימי\ud800 חופשה?"}, "invalid_characters", id="broken text"),
        pytest.param({"text": "א" * 4001}, "text_too_long", id="long"),
        pytest.param({"client_id": ""}, "invalid_client_id", id="no client id"),
        pytest.param({"client_id": "q" * 129}, "invalid_client_id", id="long client id"),
        pytest.param({"client_id": "q\x00"}, "invalid_client_id", id="NUL in the client id"),
        pytest.param({"session_id": ""}, "invalid_session_id", id="no session id"),
        pytest.param({"session_id": "s" * 65}, "invalid_session_id", id="long session id"),
        pytest.param({"session_id": "a\nb"}, "invalid_session_id", id="newline in the session id"),
        pytest.param({"session_id": "a\u202eb"}, "invalid_session_id", id="bidi control in the session id"),
        pytest.param({"session_id": "\ud800"}, "invalid_session_id", id="half a character"),
    ],
)
def test_bad_input_is_refused_by_its_code_and_leaves_nothing(
    actor: Actor, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        ask(actor, **{"text": QUESTION, **fields})
    assert refused.value.code == code
    assert counts(actor.organization_id) == (0, 0, 0)


def test_control_characters_are_taken_out_of_a_question(actor: Actor) -> None:
    turn = ask(actor, " כמה\x07 ימי\u202e חופשה\r\nיש\u2066? ")
    assert turn.text == "כמה ימי חופשה\nיש?"
    assert message(turn.question_id, actor.organization_id).text == turn.text


@pytest.mark.parametrize("length", [1, 4000])
def test_a_question_may_be_as_long_as_the_limit(actor: Actor, length: int) -> None:
    assert len(ask(actor, "א" * length).text) == length


def test_ids_may_be_as_long_as_their_limits_and_in_hebrew(actor: Actor) -> None:
    turn = ask(actor, session_id="שיחה " * 12 + "ארבע", client_id="מ" * 128)
    assert len(turn.session_id) == 64


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("כמה  ימי\nחופשה?", "כמה ימי חופשה?"),
        ("א" * 60, "א" * 60),
        (f"{'מילה ' * 12}", "מילה " * 11 + "מילה"),
        (f"{'מילה ' * 12}ועוד", "מילה " * 11 + "מילה…"),
        (f"{'מילה ' * 11}מילהארוכה", "מילה " * 10 + "מילה…"),
        ("א" * 80, "א" * 60 + "…"),
    ],
    ids=["one line", "just fits", "whole", "more words", "half a word", "one endless word"],
)
def test_the_title_is_the_first_words_of_the_first_question(actor: Actor, question: str, title: str) -> None:
    turn = ask(actor, question)
    ask(actor, "שאלה שנייה", conversation_id=turn.conversation_id)
    with tenant_scope(actor.organization_id):
        row = Conversation.objects.get(pk=turn.conversation_id)
    assert (row.title, row.title_is_automatic) == (title, True)


def test_a_chosen_title_is_kept(actor: Actor) -> None:
    row, _is_new = organizing.create_conversation(actor=actor, title="חופשות")
    ask(actor, conversation_id=row.pk)
    with tenant_scope(actor.organization_id):
        assert Conversation.objects.get(pk=row.pk).title == "חופשות"
        assert Message.objects.filter(conversation=row).count() == 2
