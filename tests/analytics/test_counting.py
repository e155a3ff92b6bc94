"""Closed turns and verdicts become numbers of a day: once each, without a word of what was said."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import IntegrityError
from django.utils.timezone import now

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import CountedEvent, DailyUsage
from analytics.projections import REMEMBERED_DAYS, count_rating, count_turn
from config.kernel.outbox import OutboxMessage
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.relay import relay
from conversations import organizing, services
from conversations.organizing import Verdict
from conversations.types import Closing, MessageStatus, Turn, Usage

QUESTION, ANSWER = "כמה ימי חופשה מגיעים לי?", "21 ימים בשנה."
NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
COUNTS = ("questions", "answered", "refused", "failed", "helpful", "not_helpful")


@pytest.fixture(autouse=True)
def _only_counting(settings: Any) -> None:
    settings.OUTBOX_ROUTES = {
        "turn.closed": ["analytics.projections.count_turn"],
        "message.rated": ["analytics.projections.count_rating"],
    }


def turn_of(actor: Actor, *, status: MessageStatus = MessageStatus.COMPLETE) -> Turn:
    turn = services.open_turn(actor=actor, text=QUESTION, lease_owner="tests")
    closing = Closing(status=status, text=ANSWER, usage=Usage(100, 20))
    services.close_turn(turn=turn, closing=closing)
    return turn


def rate(actor: Actor, turn: Turn, rating: str) -> None:
    organizing.rate_message(actor=actor, message_id=turn.answer_id, verdict=Verdict(rating, comment="תודה"))


def days(organization_id: UUID) -> dict[date, tuple[int, ...]]:
    with tenant_scope(organization_id):
        rows = DailyUsage.objects.order_by("day").values_list("day", *COUNTS)
        return {day: tuple(counts) for day, *counts in rows}


def counts(organization_id: UUID) -> dict[str, int]:
    """Return what was counted on the only day, without the zeros."""
    ((_day, found),) = days(organization_id).items()
    return {name: count for name, count in zip(COUNTS, found, strict=True) if count}


def event(actor: Actor, answer_id: UUID, **payload: Any) -> OutboxMessage:
    return OutboxMessage(
        uuid4(), "tested", actor.organization_id, {"answer_id": str(answer_id), **payload}, now()
    )


def test_a_closed_turn_is_counted_with_its_tokens(actor: Actor) -> None:
    for _ in range(2):
        turn_of(actor)
    assert relay().done == 2
    assert counts(actor.organization_id) == {"questions": 2, "answered": 2}
    with tenant_scope(actor.organization_id):
        day = DailyUsage.objects.get()
    assert (day.prompt_tokens, day.completion_tokens) == (200, 40)


@pytest.mark.parametrize(
    ("status", "column"),
    [
        (MessageStatus.COMPLETE, "answered"),
        (MessageStatus.STOPPED, "answered"),
        (MessageStatus.REFUSED, "refused"),
        (MessageStatus.FAILED, "failed"),
        (MessageStatus.INTERRUPTED, "failed"),
    ],
)
def test_every_end_has_its_column(actor: Actor, status: MessageStatus, column: str) -> None:
    turn_of(actor, status=status)
    relay()
    assert counts(actor.organization_id) == {"questions": 1, column: 1}


def test_an_event_delivered_again_counts_once(actor: Actor) -> None:
    turn = turn_of(actor)
    closed = event(actor, turn.answer_id)
    rated = event(actor, turn.answer_id, rating="up", previous="")
    for _again in range(3):
        count_turn(closed)
        count_rating(rated)
    assert counts(actor.organization_id) == {"questions": 1, "answered": 1, "helpful": 1}


def test_a_delivery_that_failed_half_way_is_counted_the_next_time(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = turn_of(actor)
    closed = event(actor, turn.answer_id)

    def fail() -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("analytics.projections._forget_old_events", fail)
    with pytest.raises(RuntimeError):
        count_turn(closed)
    monkeypatch.undo()
    assert days(actor.organization_id) == {}
    count_turn(closed)
    assert counts(actor.organization_id) == {"questions": 1, "answered": 1}


def test_a_verdict_takes_the_place_of_the_one_before(actor: Actor) -> None:
    turn = turn_of(actor)
    expected = [("down", {"not_helpful": 1}), ("up", {"helpful": 1}), ("up", {"helpful": 1})]
    for rating, found in expected:
        rate(actor, turn, rating)
        relay()
        assert counts(actor.organization_id) == {"questions": 1, "answered": 1, **found}
    organizing.withdraw_rating(actor=actor, message_id=turn.answer_id)
    relay()
    assert counts(actor.organization_id) == {"questions": 1, "answered": 1}


def test_verdicts_that_arrive_in_the_wrong_order_end_up_right(actor: Actor) -> None:
    turn = turn_of(actor)
    relay()
    for rating in ("up", "down"):
        rate(actor, turn, rating)
    rows = OutboxRow.objects.filter(event="message.rated")
    first, second = (
        OutboxMessage(row.id, row.event, row.organization_id, row.payload, row.created_at)
        for row in rows.order_by("created_at")
    )
    with pytest.raises(IntegrityError):  # less than nothing: it stays with the outbox
        count_rating(second)
    for message in (first, second):
        count_rating(message)
    assert counts(actor.organization_id) == {"questions": 1, "answered": 1, "not_helpful": 1}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 21, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 7, 1, 20, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
    ids=["winter evening", "winter midnight", "summer evening", "summer midnight"],
)
def test_a_day_begins_at_midnight_in_jerusalem(actor: Actor, moment: datetime, day: date) -> None:
    with time_machine.travel(moment, tick=False):
        turn = turn_of(actor)
    count_turn(event(actor, turn.answer_id))
    assert set(days(actor.organization_id)) == {day}


def test_what_is_said_of_an_answer_later_counts_on_its_day(actor: Actor) -> None:
    with time_machine.travel(NOON, tick=False):
        turn = turn_of(actor)
    with time_machine.travel(datetime(2026, 12, 24, 10, 0, tzinfo=UTC), tick=False):
        rate(actor, turn, "up")
        count_rating(event(actor, turn.answer_id, rating="up", previous=""))
        count_turn(event(actor, turn.answer_id))
    assert days(actor.organization_id) == {date(2026, 11, 24): (1, 1, 0, 0, 1, 0)}


def test_organisations_are_counted_apart(actor: Actor, outside_actor: Actor) -> None:
    for person in (actor, outside_actor, outside_actor):
        turn_of(person)
    relay()
    assert counts(actor.organization_id)["questions"] == 1
    assert counts(outside_actor.organization_id)["questions"] == 2


def test_an_answer_of_another_organisation_is_not_counted(actor: Actor, outside_actor: Actor) -> None:
    turn = turn_of(actor)
    count_turn(event(outside_actor, turn.answer_id))
    count_rating(event(outside_actor, turn.answer_id, rating="up", previous=""))
    assert days(outside_actor.organization_id) == {}


def test_an_answer_that_is_gone_or_open_is_not_counted(actor: Actor) -> None:
    still_open = services.open_turn(actor=actor, text=QUESTION, lease_owner="tests")
    for answer_id in (uuid4(), still_open.answer_id):
        count_turn(event(actor, answer_id))
    assert days(actor.organization_id) == {}


def test_no_word_and_no_name_is_stored(actor: Actor) -> None:
    turn = turn_of(actor)
    rate(actor, turn, "down")
    relay()
    with tenant_scope(actor.organization_id):
        stored = [*DailyUsage.objects.values(), *CountedEvent.objects.values()]
    sent = [row.payload for row in OutboxRow.objects.all()]
    told = repr([stored, sent])
    for word in (QUESTION, ANSWER, "תודה", str(actor.user_id), actor.username):
        assert word not in told


def test_events_are_remembered_for_as_long_as_they_may_come_again(actor: Actor) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _day in range(3):
            count_turn(event(actor, turn_of(actor).answer_id))
            clock.shift(REMEMBERED_DAYS * 24 * 3600 - 3600)
    with tenant_scope(actor.organization_id):
        assert CountedEvent.objects.count() == 2
    assert len(days(actor.organization_id)) == 3
