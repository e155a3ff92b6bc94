"""One verdict for each person and answer: kept, replaced, taken back, and told to who counts them."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import DomainError, NotFoundError
from config.kernel.outbox.models import OutboxRow
from conversations import organizing
from conversations.errors import AnswerInProgressError
from conversations.models import Feedback
from conversations.organizing import Verdict
from conversations.selectors import message_view
from conversations.types import Turn
from tests.conversations.turns import QUESTION, ask, at_once, talk


def rate(actor: Actor, turn: Turn, rating: str, **fields: Any) -> Feedback:
    verdict = Verdict(rating, **fields)
    return organizing.rate_message(actor=actor, message_id=turn.answer_id, verdict=verdict)


def shown(actor: Actor, turn: Turn) -> str:
    return message_view(actor=actor, message_id=turn.answer_id).rating


COUNTED = "analytics.projections.count_rating"


def told() -> list[tuple[str, str]]:
    rows = OutboxRow.objects.filter(event="message.rated", route=COUNTED).order_by("created_at")
    return [(row.payload["previous"], row.payload["rating"]) for row in rows]


def verdicts(actor: Actor) -> list[tuple[str, str, str]]:
    with tenant_scope(actor.organization_id):
        return list(Feedback.objects.values_list("rating", "reason", "comment"))


def test_a_verdict_is_kept_and_shown(actor: Actor) -> None:
    turn = talk(actor, QUESTION)
    assert shown(actor, turn) == ""
    rate(actor, turn, "down", reason="incomplete", comment=" חסר\u202e הנוהל החדש\x07 ")
    assert shown(actor, turn) == "down"
    assert verdicts(actor) == [("down", "incomplete", "חסר הנוהל החדש")]
    assert told() == [("", "down")]


def test_a_second_verdict_replaces_the_first(actor: Actor) -> None:
    turn = talk(actor, QUESTION)
    rate(actor, turn, "down", reason="wrong", comment="לא נכון")
    feedback = rate(actor, turn, "up")
    assert (feedback.rating, feedback.reason, feedback.comment) == ("up", "", "")
    assert verdicts(actor) == [("up", "", "")]
    assert told() == [("", "down"), ("down", "up")]


def test_the_same_verdict_again_is_not_told(actor: Actor) -> None:
    turn = talk(actor, QUESTION)
    rate(actor, turn, "up")
    rate(actor, turn, "up", comment="תודה")
    assert verdicts(actor) == [("up", "", "תודה")]
    assert told() == [("", "up")]


def test_a_verdict_is_taken_back(actor: Actor) -> None:
    turn = talk(actor, QUESTION)
    rate(actor, turn, "up")
    for _again in range(2):
        organizing.withdraw_rating(actor=actor, message_id=turn.answer_id)
    assert (shown(actor, turn), verdicts(actor)) == ("", [])
    assert told() == [("", "up"), ("up", "")]


@pytest.mark.django_db(transaction=True)
def test_two_verdicts_at_once_are_one_row_and_consistent_news(actor: Actor) -> None:
    turn = talk(actor, QUESTION)
    at_once(lambda: rate(actor, turn, "up"), lambda: rate(actor, turn, "down"))
    ((rating, _reason, _comment),) = verdicts(actor)
    news = told()
    assert {("", "up"), ("up", "down")} == set(news) or {("", "down"), ("down", "up")} == set(news)
    assert rating == ("down" if ("up", "down") in news else "up")


def test_only_an_own_answer_that_has_ended_is_judged(
    actor: Actor, other_member: User, outside_actor: Actor
) -> None:
    turn, still_open = talk(actor, QUESTION), ask(actor)
    for stranger in (actor_of(other_member), outside_actor):
        with pytest.raises(NotFoundError):
            rate(stranger, turn, "up")
        with pytest.raises(NotFoundError):
            organizing.withdraw_rating(actor=stranger, message_id=turn.answer_id)
    for no_answer in (turn.question_id, uuid4()):
        with pytest.raises(NotFoundError):
            organizing.rate_message(actor=actor, message_id=no_answer, verdict=Verdict("up"))
    with pytest.raises(AnswerInProgressError):
        rate(actor, still_open, "up")
    assert (verdicts(actor), told()) == ([], [])


@pytest.mark.parametrize("field", ["reason", "comment"])
def test_words_about_an_answer_have_a_limit(actor: Actor, field: str) -> None:
    turn = talk(actor, QUESTION)
    with pytest.raises(DomainError) as refused:
        rate(actor, turn, "up", **{field: "א" * 2001})
    assert (refused.value.code, refused.value.details["field"]) == ("text_too_long", field)
