"""Budgets of questions and tokens: reserved before an answer begins, settled when it has ended.

A ledger row is claimed by one conditional statement, so of any number of questions at once exactly as many
pass as the budget has room for. What an answer will take is not known before it ends: until then it holds
RESERVED_TOKENS, and the last answer of a budget may take more than was left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from django.db.models import F, Q, Value
from django.utils.timezone import get_default_timezone, localdate, now

from accounts.budget_words import BudgetSpentError
from accounts.models import Budget, BudgetLedger, BudgetReservation
from accounts.tenancy import tenant_scope
from accounts.types import Actor, BudgetPeriod, BudgetScope, BudgetState, BudgetUnit, Used

RESERVED_TOKENS = 1_500

UsedSince: TypeAlias = Callable[["Subject", datetime], Used]


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whose use is counted together: the organisation's, a department's, a person's."""

    scope: str
    id: UUID

    @property
    def key(self) -> str:
        return f"{self.scope}:{self.id}"


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget as it holds for one subject at this moment; `counted_from` is None where the ledger has been
    kept since the period began.
    """

    subject: Subject
    period: BudgetPeriod
    starts: date
    resets_at: datetime
    questions: int | None
    tokens: int | None
    counted_from: datetime | None


def reserve(*, actor: Actor, answer_id: UUID, used_since: UsedSince) -> None:
    """Claim one question and RESERVED_TOKENS of every budget that holds for the actor.

    Call in the scope and transaction that begin the answer; it is undone with them. `used_since` tells what a
    subject used before its ledger was opened. Raises BudgetSpentError.
    """
    held = []
    for limit in limits_of(actor):
        ledger = _ledger(limit, used_since)
        if not _claim(ledger, limit):
            ledger.refresh_from_db()
            raise BudgetSpentError(_spent(limit, ledger))
        held.append(BudgetReservation(answer_id=answer_id, ledger=ledger, tokens=RESERVED_TOKENS))
    BudgetReservation.objects.bulk_create(held)


def settle(*, answer_id: UUID, tokens: int, is_counted: bool) -> None:
    """Put what an answer really took in the place of what it held; `is_counted` says whether it is a question
    of its asker's budget. Call in the scope and transaction that end the answer, last; again changes nothing.
    """
    held = BudgetReservation.objects.filter(answer_id=answer_id).select_related("ledger")
    # In one order everywhere: two answers that end at once wait for each other, never in a circle.
    for each in sorted(held, key=lambda each: (each.ledger.subject, each.ledger.period)):
        BudgetLedger.objects.filter(pk=each.ledger_id).update(
            tokens=F("tokens") + tokens,
            reserved=F("reserved") - each.tokens,
            questions=F("questions") - (0 if is_counted else 1),
        )
        each.delete()


def standing(*, actor: Actor, used_since: UsedSince) -> list[BudgetState]:
    """Return how far each budget that holds for the actor is used, the fullest first."""
    with tenant_scope(actor.organization_id):
        found = [state for limit in limits_of(actor) for state in _states(limit, _used(limit, used_since))]
    return sorted(found, key=lambda state: -state.share)


def limits_of(actor: Actor) -> list[Limit]:
    """Return what holds for the actor now, in the order in which ledgers are claimed; call in the scope."""
    subjects = {BudgetScope.ORGANIZATION: actor.organization_id, BudgetScope.PERSON: actor.user_id}
    if actor.department_id is not None:
        subjects[BudgetScope.DEPARTMENT] = actor.department_id
    own = Q(department=None) | Q(department_id=actor.department_id)
    rows = Budget.objects.filter(own, Q(person=None) | Q(person_id=actor.user_id))
    best: dict[tuple[str, str], Budget] = {}
    for row in rows:
        is_named = bool(row.department_id or row.person_id)
        if row.scope in subjects and (is_named or (row.scope, row.period) not in best):
            best[row.scope, row.period] = row
    limits = [_limit(row, Subject(scope, subjects[BudgetScope(scope)])) for (scope, _), row in best.items()]
    return sorted(limits, key=lambda limit: (limit.subject.key, limit.period))


def period_of(period: BudgetPeriod, day: date) -> tuple[date, date]:
    """Return the first day of the period that the day is in, and of the next one."""
    if period == BudgetPeriod.DAY:
        return day, day + timedelta(days=1)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _limit(row: Budget, subject: Subject) -> Limit:
    period = BudgetPeriod(row.period)
    starts, ends = period_of(period, localdate(now(), get_default_timezone()))
    begun = _midnight(starts)
    return Limit(
        subject=subject,
        period=period,
        starts=starts,
        resets_at=_midnight(ends),
        questions=row.questions,
        tokens=row.tokens,
        counted_from=begun if row.since > begun else None,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=get_default_timezone())


def _ledger(limit: Limit, used_since: UsedSince) -> BudgetLedger:
    if (found := _opened(limit)) is not None:
        return found
    before = used_since(limit.subject, limit.counted_from) if limit.counted_from else Used()
    ledger: BudgetLedger = BudgetLedger.objects.get_or_create(
        **_name(limit), defaults={"questions": before.questions, "tokens": before.tokens}
    )[0]
    return ledger


def _opened(limit: Limit) -> BudgetLedger | None:
    found: BudgetLedger | None = BudgetLedger.objects.filter(**_name(limit)).first()
    return found


def _name(limit: Limit) -> dict[str, object]:
    return {"subject": limit.subject.key, "period": limit.period, "starts": limit.starts}


def _taken(ledger: BudgetLedger) -> Used:
    return Used(ledger.questions, ledger.tokens + ledger.reserved)


def _claim(ledger: BudgetLedger, limit: Limit) -> bool:
    rows = BudgetLedger.objects.filter(pk=ledger.pk)
    if limit.questions is not None:
        rows = rows.filter(questions__lt=limit.questions)
    if limit.tokens is not None:
        rows = rows.annotate(held=F("tokens") + F("reserved")).filter(held__lt=Value(limit.tokens))
    claimed: int = rows.update(questions=F("questions") + 1, reserved=F("reserved") + RESERVED_TOKENS)
    return claimed == 1


def _used(limit: Limit, used_since: UsedSince) -> Used:
    if (ledger := _opened(limit)) is not None:
        return _taken(ledger)
    return used_since(limit.subject, limit.counted_from) if limit.counted_from else Used()


def _states(limit: Limit, used: Used) -> Iterator[BudgetState]:
    pairs = (
        (BudgetUnit.QUESTIONS, limit.questions, used.questions),
        (BudgetUnit.TOKENS, limit.tokens, used.tokens),
    )
    for unit, most, taken in pairs:
        if most is not None:
            scope = BudgetScope(limit.subject.scope)
            yield BudgetState(scope, limit.period, unit, most, taken, limit.resets_at)


def _spent(limit: Limit, ledger: BudgetLedger) -> BudgetState:
    states = [*_states(limit, _taken(ledger))]
    return max(states, key=lambda state: state.share)


def used_of(budget: Budget) -> Used | None:
    """Return what the budget's one subject has used; None where it holds for each of many, or nothing was
    asked yet. Call in the scope.
    """
    subject_id = budget.department_id or budget.person_id
    if budget.scope == BudgetScope.ORGANIZATION:
        subject_id = budget.organization_id
    if subject_id is None:
        return None
    ledger = _opened(_limit(budget, Subject(budget.scope, subject_id)))
    return _taken(ledger) if ledger else None
