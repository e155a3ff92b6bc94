"""Budgets: as many questions pass as there is room for, however many come at once; nobody is surprised."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.access import actor_of
from accounts.budget_words import BudgetSpentError
from accounts.budgets import RESERVED_TOKENS
from accounts.models import AuditEntry, Budget, BudgetLedger, BudgetReservation, Department, User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from conversations.services import reopen_answer
from conversations.spending import standing
from conversations.types import MessageStatus, Usage
from tests.conftest import ApiClientOf, BrowserOf
from tests.conversations.turns import answer, ask, at_once, counts

NOON = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)  # of a Sunday in Jerusalem


def budget(actor: Actor, **fields: Any) -> None:
    with tenant_scope(actor.organization_id):
        Budget.objects.create(**{"scope": "person", "period": "day", **fields})


def used(actor: Actor) -> list[tuple[str, str, str, int, int]]:
    states = standing(actor=actor)
    return [(each.scope, each.period, each.unit, each.used, each.limit) for each in states]


def is_refused(actor: Actor) -> bool:
    try:
        ask(actor)
    except BudgetSpentError:
        return True
    return False


@pytest.mark.django_db
class TestWhoIsLimited:
    def test_nobody_by_default(self, actor: Actor) -> None:
        assert [is_refused(actor) for _ in range(3)] == [False] * 3
        assert used(actor) == []

    @pytest.mark.parametrize("scope", ["person", "department", "organization"])
    @pytest.mark.parametrize("period", ["day", "month"])
    def test_questions_pass_until_the_budget_is_used_up(self, actor: Actor, scope: str, period: str) -> None:
        budget(actor, scope=scope, period=period, questions=2)
        assert [is_refused(actor) for _ in range(4)] == [False, False, True, True]
        assert used(actor) == [(scope, period, "questions", 2, 2)]

    def test_each_person_has_an_own_one_and_a_department_one_together(
        self, actor: Actor, other_member: User, manager_actor: Actor
    ) -> None:
        budget(actor, questions=1)
        assert not is_refused(actor)
        assert not is_refused(actor_of(other_member))
        assert is_refused(actor)
        budget(actor, scope="organization", questions=2)
        assert is_refused(manager_actor)

    def test_who_is_named_has_that_budget_and_no_other(
        self, actor: Actor, member: User, other_member: User, department: Department
    ) -> None:
        budget(actor, questions=0)
        budget(actor, questions=1, person=member)
        budget(actor, scope="department", questions=0)
        budget(actor, scope="department", questions=5, department=department)
        assert [is_refused(actor) for _ in range(2)] == [False, True]
        assert is_refused(actor_of(other_member))

    def test_another_organisation_is_not_concerned(self, actor: Actor, outside_actor: Actor) -> None:
        budget(actor, scope="organization", questions=0)
        assert is_refused(actor)
        assert not is_refused(outside_actor)


@pytest.mark.django_db
class TestWhatCounts:
    def test_a_refused_question_leaves_nothing(self, actor: Actor) -> None:
        budget(actor, questions=1)
        budget(actor, period="month", questions=0)
        assert is_refused(actor)
        assert counts(actor.organization_id) == (0, 0, 0)
        assert {each[3] for each in used(actor)} == {0}

    def test_tokens_are_held_while_an_answer_is_written_and_counted_when_it_ends(self, actor: Actor) -> None:
        budget(actor, tokens=10_000)
        turn = ask(actor)
        assert used(actor) == [("person", "day", "tokens", RESERVED_TOKENS, 10_000)]
        answer(turn, usage=Usage(120, 30))
        answer(turn, usage=Usage(120, 30))
        assert used(actor) == [("person", "day", "tokens", 150, 10_000)]
        with tenant_scope(actor.organization_id):
            assert not BudgetReservation.objects.exists()

    def test_the_last_answer_may_take_more_than_was_left(self, actor: Actor) -> None:
        budget(actor, tokens=100)
        answer(ask(actor), usage=Usage(300, 30))
        assert is_refused(actor)

    def test_an_answer_that_failed_is_no_question_of_the_budget(self, actor: Actor) -> None:
        budget(actor, questions=1)
        answer(ask(actor), status=MessageStatus.FAILED)
        assert [is_refused(actor) for _ in range(2)] == [False, True]

    def test_another_answer_to_the_same_question_counts(self, actor: Actor) -> None:
        budget(actor, questions=2)
        turn = ask(actor)
        answer(turn)
        answer(reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner="tests"))
        with pytest.raises(BudgetSpentError):
            reopen_answer(actor=actor, answer_id=turn.answer_id, lease_owner="tests")

    def test_the_same_key_again_counts_once(self, actor: Actor) -> None:
        budget(actor, questions=1)
        assert ask(actor, client_id="one").created
        assert not ask(actor, client_id="one").created

    def test_what_was_used_before_the_budget_was_set_counts(self, actor: Actor) -> None:
        with time_machine.travel(NOON, tick=False):
            for _ in range(3):
                answer(ask(actor), usage=Usage(100, 0))
            budget(actor, questions=4, tokens=1_000_000)
            assert [each[3] for each in used(actor)] == [3, 300]
            assert [is_refused(actor) for _ in range(2)] == [False, True]


@pytest.mark.django_db
class TestWhenItStartsAnew:
    def test_at_midnight_where_the_product_is(self, actor: Actor) -> None:
        budget(actor, questions=1)
        with time_machine.travel(NOON, tick=False) as clock:
            assert not is_refused(actor)
            with pytest.raises(BudgetSpentError) as refusal:
                ask(actor)
            assert refusal.value.retry_after == 12 * 3600
            assert refusal.value.details["resets_at"] == "2026-11-30T00:00:00+02:00"
            assert str(refusal.value.message) == "המכסה היומית שלך נוצלה. היא תתחדש ב־30/11/2026 00:00."
            clock.move_to(datetime(2026, 11, 29, 21, 59, tzinfo=UTC))
            assert is_refused(actor)
            clock.move_to(datetime(2026, 11, 29, 22, 0, tzinfo=UTC))
            assert not is_refused(actor)

    def test_a_month_ends_with_its_last_day_also_where_the_clock_was_changed(self, actor: Actor) -> None:
        budget(actor, period="month", questions=1)
        with time_machine.travel(datetime(2026, 10, 31, 12, 0, tzinfo=UTC), tick=False) as clock:
            assert not is_refused(actor)
            with pytest.raises(BudgetSpentError) as refusal:
                ask(actor)
            assert refusal.value.details["resets_at"] == "2026-11-01T00:00:00+02:00"
            clock.move_to(datetime(2026, 10, 31, 22, 0, tzinfo=UTC))
            assert not is_refused(actor)

    def test_an_answer_belongs_to_the_day_on_which_it_was_begun(self, actor: Actor) -> None:
        budget(actor, questions=9, tokens=9_000)
        with time_machine.travel(NOON, tick=False) as clock:
            turn = ask(actor)
            clock.move_to(datetime(2026, 11, 30, 1, 0, tzinfo=UTC))
            answer(turn, usage=Usage(10, 0))
            assert [each[3] for each in used(actor)] == [0, 0]
            with tenant_scope(actor.organization_id):
                assert [*BudgetLedger.objects.values_list("tokens", "reserved")] == [(10, 0)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [{"questions": 5}, {"tokens": 5 * RESERVED_TOKENS}])
def test_of_many_at_once_exactly_as_many_pass_as_there_is_room_for(
    actor: Actor, other_member: User, limit: dict[str, int]
) -> None:
    budget(actor, scope="organization", period="month", **limit)
    budget(actor, questions=100)
    people = [actor, actor_of(other_member)] * 8
    refused = at_once(*(lambda person=person: is_refused(person) for person in people))
    assert refused.count(False) == 5
    with tenant_scope(actor.organization_id):
        ledger = BudgetLedger.objects.get(period="month")
    assert (ledger.questions, ledger.reserved) == (5, 5 * RESERVED_TOKENS)


@pytest.mark.django_db(transaction=True)
def test_answers_that_end_at_once_are_all_counted(actor: Actor, other_member: User) -> None:
    budget(actor, scope="organization", tokens=10**9)
    budget(actor, scope="organization", period="month", tokens=10**9)
    turns = [ask(person) for person in [actor, actor_of(other_member)] * 4]
    at_once(*(lambda turn=turn: answer(turn, usage=Usage(7, 1)) for turn in turns))
    with tenant_scope(actor.organization_id):
        assert {*BudgetLedger.objects.values_list("tokens", "reserved", "questions")} == {(64, 0, 8)}


# -- what people see -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_says_it_before_the_budget_is_used_up(
    browser: BrowserOf, api: ApiClientOf, member: User, actor: Actor
) -> None:
    assert 'data-part="budget"' not in browser(member).get("/").content.decode()
    budget(actor, questions=5)
    for _ in range(3):
        ask(actor)
    assert api(member).get("/api/v1/budgets").json()["told"] == ""
    assert 'data-part="budget" hidden' in browser(member).get("/").content.decode()
    ask(actor)
    said = api(member).get("/api/v1/budgets").json()
    assert said["told"].startswith("המכסה היומית שלך: נוצלו 80%, 4 מתוך 5 שאלות.")
    assert said["budgets"][0] == {
        "scope": "person",
        "period": "day",
        "unit": "questions",
        "limit": 5,
        "used": 4,
        "resets_at": said["budgets"][0]["resets_at"],
    }
    assert said["told"] in browser(member).get("/").content.decode()


@pytest.mark.django_db
def test_a_program_is_told_when_to_come_again(api: ApiClientOf, member: User, actor: Actor) -> None:
    budget(actor, questions=0)
    turn = api(member).post("/api/v1/conversations", {}, format="json")
    assert turn.status_code == 201
    with pytest.raises(BudgetSpentError) as refusal:
        ask(actor)
    assert refusal.value.as_json()["code"] == "budget_spent"
    assert refusal.value.status == 429


# -- what managers do ----------------------------------------------------------------------------------------

PAGE = "/admin/accounts/budget/"


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    return browser(manager)


@pytest.mark.django_db
def test_a_manager_sets_budgets_and_sees_what_is_used(page: Client, actor: Actor, member: User) -> None:
    form = {"scope": "person", "person": str(member.pk), "period": "day", "questions": "3", "tokens": ""}
    assert page.post(f"{PAGE}add/", form).status_code == 302
    ask(actor)
    assert "שאלות: 1, אסימונים: 1,500" in page.get(PAGE).content.decode()
    with tenant_scope(actor.organization_id):
        entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.target) == ("budget.created", str(member.pk))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "form",
    [
        {"scope": "person", "period": "day"},
        {"scope": "person", "period": "day", "questions": "-1"},
        {"scope": "person", "period": "day", "questions": "many"},
        {"scope": "planet", "period": "day", "questions": "1"},
        {"scope": "organization", "period": "day", "questions": "1", "tokens": str(10**30)},
    ],
)
def test_what_is_no_budget_is_not_kept(page: Client, actor: Actor, form: dict[str, str]) -> None:
    assert page.post(f"{PAGE}add/", form).status_code == 200
    with tenant_scope(actor.organization_id):
        assert not Budget.objects.exists()


@pytest.mark.django_db
def test_there_is_one_budget_for_the_same(page: Client, actor: Actor) -> None:
    form = {"scope": "organization", "period": "day", "questions": "3"}
    assert page.post(f"{PAGE}add/", form).status_code == 302
    assert page.post(f"{PAGE}add/", form).status_code == 200


@pytest.mark.django_db
def test_a_person_of_another_organisation_cannot_be_named(page: Client, outsider: User) -> None:
    form = {"scope": "person", "person": str(outsider.pk), "period": "day", "questions": "3"}
    assert page.post(f"{PAGE}add/", form).status_code == 200
