"""An answer is saved as it is written, and ends once: by its owner, or by the reaper when the owner died."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel import outbox
from config.kernel.errors import NotFoundError
from config.kernel.types import JSONObject
from conversations import organizing, services
from conversations.errors import AnswerInProgressError
from conversations.models import Conversation
from conversations.selectors import message_view, stored_answer
from conversations.types import Checkpoint, MessageStatus, Usage, Written
from tests.conversations.turns import (
    OWNER,
    QUESTION,
    answer,
    answer_row,
    ask,
    at_once,
    checkpoint,
    citation,
    counts,
    full_answer,
    let_lease_expire,
    message,
    talk,
)

ROUTES = {"conversations.archive.archive_turn": 1, "analytics.projections.count_turn": 1}


@pytest.mark.usefixtures("open_documents")
def test_text_citations_usage_and_events_are_kept_together(actor: Actor) -> None:
    turn = ask(actor)
    assert full_answer(turn)
    stored = stored_answer(actor=actor, answer_id=turn.answer_id)
    assert (stored.status, stored.text) == (MessageStatus.COMPLETE, "21 ימים [1].")
    assert [citation.number for citation in stored.citations] == [1, 2]
    assert (stored.usage, stored.confidence, stored.confidence_level) == (Usage(120, 30), 0.75, "high")
    assert (stored.model, stored.question_id) == ("extractive", turn.question_id)
    assert stored.completed_at is not None
    assert answer_row(turn).lease_expires_at is None
    assert outbox.pending() == ROUTES


def test_nothing_is_closed_when_its_event_cannot_be_kept(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("no outbox")

    turn = ask(actor)
    monkeypatch.setattr(outbox, "emit", fail)
    with pytest.raises(RuntimeError):
        full_answer(turn)
    row = answer_row(turn)
    assert (row.status, row.text) == (MessageStatus.STREAMING, "")
    assert counts(actor.organization_id) == (1, 2, 0)


def test_an_answer_is_closed_once(actor: Actor) -> None:
    turn = ask(actor)
    assert full_answer(turn)
    assert not answer(turn, "משהו אחר", status=MessageStatus.STOPPED)
    assert (answer_row(turn).status, answer_row(turn).text) == (MessageStatus.COMPLETE, "21 ימים [1].")
    assert counts(actor.organization_id) == (1, 2, 2)
    assert outbox.pending() == ROUTES


@pytest.mark.django_db(transaction=True)
def test_of_two_closings_at_once_one_counts(actor: Actor) -> None:
    turn = ask(actor)
    assert sorted(at_once(*[lambda: full_answer(turn)] * 2)) == [False, True]
    assert counts(actor.organization_id) == (1, 2, 2)
    assert outbox.pending() == ROUTES


def test_what_the_database_cannot_hold_is_left_out(actor: Actor) -> None:
    turn = ask(actor)
    assert checkpoint(turn, "מכס\x00ה\ud83d").alive
    assert answer_row(turn).text == "מכסה"
    assert answer(turn, "מכס\x00ה \udfff21 😀", model="m\x00" + "o" * 200, usage=Usage(-5, 2**40))
    row = answer_row(turn)
    assert (row.text, row.model) == ("מכסה 21 😀", "m" + "o" * 99)
    assert (row.prompt_tokens, row.completion_tokens) == (0, 2**31 - 1)


@pytest.mark.parametrize(
    "text",
    ["", 'נוהל "חופשה" \\ {1} %s $.x [0]', "שורה\nועוד\t\x01\u2028", "null", "נִקּוּד 😀 \u200f" * 2000],
)
def test_a_checkpoint_saves_every_letter_as_it_is(actor: Actor, text: str) -> None:
    turn = ask(actor)
    assert checkpoint(turn, text).alive
    assert answer_row(turn).text == text


def test_a_checkpoint_saves_the_text_and_renews_the_lease(actor: Actor) -> None:
    turn = ask(actor)
    let_lease_expire(turn)
    before = answer_row(turn).lease_expires_at
    assert checkpoint(turn, "מכסת") == Checkpoint(alive=True, stop_requested=False)
    row = answer_row(turn)
    assert row.text == "מכסת"
    assert before is not None
    assert row.lease_expires_at is not None
    assert row.lease_expires_at > before
    assert services.reap_expired_turns() == 0


def test_answers_are_saved_together_and_each_is_told_how_it_stands(actor: Actor) -> None:
    first, stopped, ended = (ask(actor) for _ in range(3))
    services.request_stop(actor=actor, answer_id=stopped.answer_id)
    answer(ended, "סוף")
    sources: list[JSONObject] = [{"passage_id": str(uuid4())}]
    written = {turn.answer_id: Written(f"{turn.answer_id}") for turn in (first, ended)}
    written[stopped.answer_id] = Written("עוד", citations=[citation()], sources=sources)
    assert services.checkpoint_turns(
        organization_id=actor.organization_id, written=written, lease_owner=OWNER
    ) == {
        first.answer_id: Checkpoint(alive=True, stop_requested=False),
        stopped.answer_id: Checkpoint(alive=True, stop_requested=True),
        ended.answer_id: Checkpoint(alive=False, stop_requested=False),
    }
    assert [answer_row(turn).text for turn in (first, stopped, ended)] == [f"{first.answer_id}", "עוד", "סוף"]
    assert (answer_row(stopped).sources, answer_row(first).sources) == (sources, [])
    assert counts(actor.organization_id) == (3, 6, 1)


def test_a_checkpoint_of_another_process_changes_nothing(actor: Actor) -> None:
    turn = ask(actor)
    checkpoint(turn, "שלי")
    assert not checkpoint(turn, "לא שלי", owner="replica-2").alive
    assert answer_row(turn).text == "שלי"


def test_a_checkpoint_of_a_closed_answer_changes_nothing(actor: Actor) -> None:
    turn = talk(actor, QUESTION)
    assert checkpoint(turn, "עוד") == Checkpoint(alive=False, stop_requested=False)
    assert answer_row(turn).text == f"תשובה: {QUESTION}"


def test_a_stop_asked_for_elsewhere_is_seen_at_the_next_checkpoint(actor: Actor) -> None:
    turn = ask(actor)
    services.request_stop(actor=actor, answer_id=turn.answer_id)
    asked_at = answer_row(turn).stop_requested_at
    services.request_stop(actor=actor, answer_id=turn.answer_id)
    assert answer_row(turn).stop_requested_at == asked_at
    assert checkpoint(turn, "מכסת") == Checkpoint(alive=True, stop_requested=True)


def test_a_stop_after_the_end_changes_nothing(actor: Actor) -> None:
    turn = talk(actor, QUESTION)
    services.request_stop(actor=actor, answer_id=turn.answer_id)
    assert answer_row(turn).stop_requested_at is None


def test_only_the_asker_stops_an_answer(actor: Actor, other_member: User, outside_actor: Actor) -> None:
    turn = ask(actor)
    for stranger in (actor_of(other_member), outside_actor):
        with pytest.raises(NotFoundError):
            services.request_stop(actor=stranger, answer_id=turn.answer_id)
    for no_answer in (uuid4(), turn.question_id):
        with pytest.raises(NotFoundError):
            services.request_stop(actor=actor, answer_id=no_answer)
    assert answer_row(turn).stop_requested_at is None


def test_another_answer_stands_beside_the_first(actor: Actor) -> None:
    first = talk(actor, QUESTION)
    again = services.reopen_answer(actor=actor, answer_id=first.answer_id, lease_owner=OWNER)
    assert (again.created, again.question_id, again.text) == (True, first.question_id, QUESTION)
    assert again.answer_id != first.answer_id
    row = answer_row(again)
    assert (row.parent_id, row.status, row.lease_owner) == (first.question_id, "streaming", OWNER)
    assert answer_row(first).status == MessageStatus.COMPLETE


def test_an_answer_is_not_written_anew_while_one_is_being_written(actor: Actor) -> None:
    turn = ask(actor)
    with pytest.raises(AnswerInProgressError):
        services.reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner=OWNER)
    answer(turn)
    again = services.reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner=OWNER)
    with pytest.raises(AnswerInProgressError):
        services.reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner=OWNER)
    answer(again)
    assert services.reopen_answer(actor=actor, answer_id=again.answer_id, lease_owner=OWNER).created


def test_only_the_asker_has_an_answer_written_anew(actor: Actor, other_member: User) -> None:
    turn = talk(actor, QUESTION)
    for person, answer_id in (
        (actor_of(other_member), turn.answer_id),
        (actor, turn.question_id),
        (actor, uuid4()),
    ):
        with pytest.raises(NotFoundError):
            services.reopen_answer(actor=person, answer_id=answer_id, lease_owner=OWNER)


def test_a_closed_answer_brings_its_conversation_up(actor: Actor) -> None:
    turn = ask(actor)
    with tenant_scope(actor.organization_id):
        row = Conversation.objects.get(pk=turn.conversation_id)
        answer(turn)
        assert Conversation.objects.get(pk=row.pk).updated_at > row.updated_at


def test_an_answer_of_a_deleted_conversation_ends_and_is_not_shown(actor: Actor) -> None:
    turn = ask(actor)
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    assert answer(turn)
    assert message(turn.answer_id, actor.organization_id).status == MessageStatus.COMPLETE
    with pytest.raises(NotFoundError):
        message_view(actor=actor, message_id=turn.answer_id)


def test_a_lease_renewed_at_the_last_moment_saves_the_answer(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, reap = ask(actor), services._reap
    let_lease_expire(turn)

    def reap_after_the_owner_came_back(answer_id: UUID, organization_id: UUID) -> bool:
        assert checkpoint(turn, "עדיין כאן").alive
        return reap(answer_id, organization_id)

    monkeypatch.setattr(services, "_reap", reap_after_the_owner_came_back)
    assert services.reap_expired_turns() == 0
    assert (answer_row(turn).status, answer_row(turn).text) == (MessageStatus.STREAMING, "עדיין כאן")
