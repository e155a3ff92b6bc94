"""A conversation with edits and second answers is read one branch at a time."""

from uuid import uuid4

import pytest

from accounts.types import Actor
from config.kernel.errors import NotFoundError
from conversations.errors import InvalidCursorError
from conversations.reading import BranchPlace, branch_page
from conversations.services import reopen_answer
from conversations.types import BranchPage, Turn
from tests.conversations.turns import answer, ask

LATEST = BranchPlace()


def talk(actor: Actor, count: int) -> list[Turn]:
    turns: list[Turn] = []
    for number in range(count):
        place = turns[0].conversation_id if turns else None
        turns.append(ask(actor, f"שאלה {number}", conversation_id=place))
        answer(turns[-1], f"תשובה {number}")
    return turns


def texts(page: BranchPage) -> list[str]:
    return [item.text for item in page.items]


def test_the_branch_where_something_was_said_last_is_shown(actor: Actor) -> None:
    first, _second = talk(actor, 2)
    edited = ask(actor, "שאלה אחרת", conversation_id=first.conversation_id, parent_id=first.question_id)
    answer(edited, "תשובה אחרת")
    page = branch_page(actor=actor, conversation_id=first.conversation_id, place=LATEST)
    assert texts(page) == ["שאלה אחרת", "תשובה אחרת"]
    assert page.siblings == {edited.question_id: (first.question_id, edited.question_id)}


def test_a_message_of_another_branch_leads_to_the_latest_that_follows_it(actor: Actor) -> None:
    first, second = talk(actor, 2)
    edited = ask(actor, "שאלה אחרת", conversation_id=first.conversation_id, parent_id=second.question_id)
    answer(edited, "תשובה אחרת")
    place = BranchPlace(through=second.question_id)
    page = branch_page(actor=actor, conversation_id=first.conversation_id, place=place)
    assert texts(page) == ["שאלה 0", "תשובה 0", "שאלה 1", "תשובה 1"]


def test_a_second_answer_stands_beside_the_first(actor: Actor) -> None:
    (turn,) = talk(actor, 1)
    again = reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner="test")
    answer(again, "תשובה שנייה")
    page = branch_page(actor=actor, conversation_id=turn.conversation_id, place=LATEST)
    assert texts(page) == ["שאלה 0", "תשובה שנייה"]
    assert page.siblings == {again.answer_id: (turn.answer_id, again.answer_id)}


def test_pages_lead_up_to_the_first_question_without_gap_or_repeat(actor: Actor) -> None:
    first = talk(actor, 7)[0]
    said: list[str] = []
    before: str | None = None
    for _page in range(10):
        place = BranchPlace(before=before)
        page = branch_page(actor=actor, conversation_id=first.conversation_id, place=place, limit=4)
        said = texts(page) + said
        before = page.earlier
        if before is None:
            break
    assert said == [f"{kind} {number}" for number in range(7) for kind in ("שאלה", "תשובה")]


def test_a_message_that_was_searched_for_is_on_its_page(actor: Actor) -> None:
    turns = talk(actor, 9)
    place = BranchPlace(around=turns[2].answer_id)
    page = branch_page(actor=actor, conversation_id=turns[0].conversation_id, place=place, limit=12)
    assert texts(page)[-1] == "תשובה 6"
    assert "תשובה 2" in texts(page)


def test_a_message_of_nowhere_leads_to_the_end(actor: Actor) -> None:
    (turn,) = talk(actor, 1)
    place = BranchPlace(through=uuid4())
    page = branch_page(actor=actor, conversation_id=turn.conversation_id, place=place)
    assert texts(page) == ["שאלה 0", "תשובה 0"]


def test_only_the_owner_reads_and_only_by_true_cursors(actor: Actor, manager_actor: Actor) -> None:
    (turn,) = talk(actor, 1)
    with pytest.raises(NotFoundError):
        branch_page(actor=manager_actor, conversation_id=turn.conversation_id, place=LATEST)
    with pytest.raises(InvalidCursorError):
        branch_page(actor=actor, conversation_id=turn.conversation_id, place=BranchPlace(before="nonsense"))
