"""Answers whose process died are closed by the reaper, with what was saved of them; others are left alone."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.types import Actor
from config.kernel import outbox
from conversations import services
from conversations.models import LeaseWatch
from conversations.types import MessageStatus
from tests.conversations.turns import (
    QUESTION,
    answer_row,
    ask,
    at_once,
    checkpoint,
    counts,
    full_answer,
    let_lease_expire,
    talk,
)

ROUTES = {"conversations.archive.archive_turn": 1, "analytics.projections.count_turn": 1}


def test_the_reaper_closes_an_orphan_with_what_was_written(actor: Actor) -> None:
    turn = ask(actor)
    checkpoint(turn, "מכסת החופשה")
    let_lease_expire(turn)
    assert services.reap_expired_turns() == 1
    row = answer_row(turn)
    assert (row.status, row.text, row.error_code) == (
        MessageStatus.INTERRUPTED,
        "מכסת החופשה",
        "interrupted",
    )
    assert outbox.pending() == ROUTES
    assert services.reap_expired_turns() == 0


def test_the_reaper_leaves_live_and_closed_answers_alone(actor: Actor, outside_actor: Actor) -> None:
    live, closed = ask(actor), talk(outside_actor, QUESTION)
    assert services.reap_expired_turns() == 0
    assert answer_row(live).status == MessageStatus.STREAMING
    assert answer_row(closed).status == MessageStatus.COMPLETE


def test_the_reaper_serves_every_organisation(actor: Actor, outside_actor: Actor) -> None:
    turns = [ask(actor), ask(outside_actor)]
    for turn in turns:
        let_lease_expire(turn)
    assert services.reap_expired_turns() == 2
    assert {answer_row(turn).status for turn in turns} == {MessageStatus.INTERRUPTED}


def test_after_a_time_without_the_database_the_reaper_waits_for_the_owners_to_come_back(actor: Actor) -> None:
    services.reap_expired_turns()
    turn = ask(actor)
    nobody_looked_for(11)
    let_lease_expire(turn)
    assert services.reap_expired_turns() == 0
    assert checkpoint(turn, "מכסת החופשה").alive
    let_lease_expire(turn)
    assert services.reap_expired_turns() == 0
    looks_are_steady_for(7)
    assert services.reap_expired_turns() == 1


def test_an_orphan_of_long_ago_is_closed_however_seldom_the_reaper_looks(actor: Actor) -> None:
    services.reap_expired_turns()
    turn = ask(actor)
    let_lease_expire(turn, seconds=60)
    nobody_looked_for(11)
    assert services.reap_expired_turns() == 1


def nobody_looked_for(seconds: float) -> None:
    LeaseWatch.objects.update(looked_at=F("looked_at") - timedelta(seconds=seconds))


def looks_are_steady_for(seconds: float) -> None:
    LeaseWatch.objects.update(steady_since=F("steady_since") - timedelta(seconds=seconds))


def test_after_the_reaper_the_owner_changes_nothing(actor: Actor) -> None:
    turn = ask(actor)
    checkpoint(turn, "מכסת")
    let_lease_expire(turn)
    services.reap_expired_turns()
    assert not checkpoint(turn, "מכסת החופשה").alive
    assert not full_answer(turn)
    assert (answer_row(turn).status, answer_row(turn).text) == (MessageStatus.INTERRUPTED, "מכסת")
    assert counts(actor.organization_id) == (1, 2, 0)
    assert outbox.pending() == ROUTES


@pytest.mark.django_db(transaction=True)
def test_two_reapers_at_once_close_an_orphan_once(actor: Actor) -> None:
    turn = ask(actor)
    let_lease_expire(turn)
    assert sorted(at_once(*[services.reap_expired_turns] * 2)) == [0, 1]
    assert outbox.pending() == ROUTES
