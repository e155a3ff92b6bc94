"""What was said before a question: along its branch only, out of the cache or of the database alike."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.outages import redis_circuit
from conversations import memory
from conversations.memory import KEPT_ITEMS
from conversations.selectors import recent_history
from conversations.types import HistoryItem, MessageStatus, Turn
from tests.conversations.turns import answer, ask, talk

Queries = Any


@pytest.fixture(autouse=True)
def _a_redis_that_was_never_away() -> Iterator[None]:
    yield
    redis_circuit.reset()


def said(turn: Turn, *, limit: int = 20) -> list[str]:
    return [item.text for item in recent_history(turn=turn, limit=limit)]


def until(turn: Turn, *, limit: int = 20) -> tuple[HistoryItem, ...]:
    with tenant_scope(turn.organization_id):
        return memory.branch_until(turn.answer_id, limit=limit)


def follow_up(actor: Actor, before: Turn, text: str = "המשך", **fields: Any) -> Turn:
    return ask(actor, text, conversation_id=before.conversation_id, **fields)


def test_the_first_question_has_no_past(actor: Actor) -> None:
    assert said(ask(actor)) == []


def test_what_was_said_comes_oldest_first_with_its_speaker(actor: Actor) -> None:
    turn = follow_up(actor, talk(actor, "אחת", "שתיים"))
    assert recent_history(turn=turn, limit=20) == (
        HistoryItem("user", "אחת"),
        HistoryItem("assistant", "תשובה: אחת"),
        HistoryItem("user", "שתיים"),
        HistoryItem("assistant", "תשובה: שתיים"),
    )


def test_the_limit_keeps_the_latest(actor: Actor) -> None:
    turn = follow_up(actor, talk(actor, "אחת", "שתיים"))
    assert said(turn, limit=1) == ["תשובה: שתיים"]
    assert said(turn, limit=0) == []
    assert said(turn, limit=3) == ["תשובה: אחת", "שתיים", "תשובה: שתיים"]


def test_the_second_look_needs_no_message_from_the_database(
    actor: Actor, django_assert_num_queries: Queries
) -> None:
    turn = talk(actor, "אחת", "שתיים")
    first = until(turn)
    with django_assert_num_queries(0):
        assert until(turn) == first
        assert until(turn, limit=1) == first[-1:]


def test_a_lost_cache_costs_queries_and_nothing_else(actor: Actor) -> None:
    turn = talk(actor, "אחת", "שתיים")
    first = until(turn)
    cache.clear()
    assert until(turn) == first


def test_another_branch_is_never_told(actor: Actor) -> None:
    first = talk(actor, "אחת")
    second = talk(actor, "שתיים", conversation_id=first.conversation_id)
    edit = follow_up(actor, first, "שתיים אחרת", parent_id=second.question_id)
    assert said(edit) == ["אחת", "תשובה: אחת"]
    answer(edit, "אחרת לגמרי")
    branches = [
        follow_up(actor, first, parent_id=second.answer_id),
        follow_up(actor, first, parent_id=edit.answer_id),
    ]
    for _cached in (False, True):
        assert [said(turn)[2:] for turn in branches] == [
            ["שתיים", "תשובה: שתיים"],
            ["שתיים אחרת", "אחרת לגמרי"],
        ]


def test_an_answer_that_is_still_written_is_not_remembered_without_it(actor: Actor) -> None:
    turn = ask(actor, "אחת")
    assert [item.text for item in until(turn)] == ["אחת"]
    answer(turn, "סוף סוף")
    assert [item.text for item in until(turn)] == ["אחת", "סוף סוף"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (MessageStatus.COMPLETE, True),
        (MessageStatus.STOPPED, True),
        (MessageStatus.INTERRUPTED, True),
        (MessageStatus.REFUSED, True),
        (MessageStatus.FAILED, False),
    ],
)
def test_what_a_reader_saw_is_told_and_a_failure_is_not(
    actor: Actor, status: MessageStatus, told: bool
) -> None:
    turn = ask(actor, "אחת")
    answer(turn, "מה שנכתב", status=status)
    assert said(follow_up(actor, turn)) == (["אחת", "מה שנכתב"] if told else ["אחת"])


def test_an_answer_without_a_word_is_left_out(actor: Actor) -> None:
    turn = ask(actor, "אחת")
    answer(turn, "", status=MessageStatus.STOPPED)
    assert said(follow_up(actor, turn)) == ["אחת"]


def test_a_branch_is_found_behind_many_messages_of_another(actor: Actor) -> None:
    first = talk(actor, "אחת")
    for number in range(KEPT_ITEMS + 1):  # more rows than one look at the database takes
        talk(actor, f"ענף {number}", conversation_id=first.conversation_id)
    turn = follow_up(actor, first, parent_id=first.answer_id)
    late = follow_up(actor, first, "מאוחרת", parent_id=first.answer_id)
    answer(late, "תשובה מאוחרת")
    assert said(turn) == ["אחת", "תשובה: אחת"]
    cache.clear()
    assert [item.text for item in until(late)] == ["אחת", "תשובה: אחת", "מאוחרת", "תשובה מאוחרת"]


def test_a_long_branch_is_told_to_the_end_of_what_is_kept(actor: Actor) -> None:
    turn = follow_up(actor, talk(actor, *[f"שאלה {number}" for number in range(KEPT_ITEMS)]))
    found = said(turn, limit=1000)
    assert len(found) == KEPT_ITEMS
    assert found[-1] == f"תשובה: שאלה {KEPT_ITEMS - 1}"


def test_an_unknown_message_has_no_past(actor: Actor) -> None:
    with tenant_scope(actor.organization_id):
        assert memory.branch_until(uuid4(), limit=5) == ()


def test_a_cache_that_is_away_costs_queries_and_nothing_else(
    actor: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Away:
        def get(self, key: str) -> None:
            asked.append(key)
            raise RedisError

        def set(self, key: str, *_entry: object) -> None:
            asked.append(key)
            raise RedisError

    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr(memory, "cache", Away())
    turn = follow_up(actor, talk(actor, "אחת"))
    assert said(turn) == ["אחת", "תשובה: אחת"]
    assert len(asked) == 1  # whoever noticed spares the others the waiting
