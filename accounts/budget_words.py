"""What people are told of their budgets: how far they are used, and when they start anew."""

from collections.abc import Mapping
from math import ceil
from typing import Any, cast

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise, lazy
from django.utils.timezone import localtime, now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.types import BudgetPeriod, BudgetScope, BudgetState, BudgetUnit
from config.kernel.errors import TooManyRequestsError

_BUDGETS: Mapping[tuple[BudgetScope, BudgetPeriod], str | Promise] = {
    (BudgetScope.PERSON, BudgetPeriod.DAY): _("Your daily budget"),
    (BudgetScope.PERSON, BudgetPeriod.MONTH): _("Your monthly budget"),
    (BudgetScope.DEPARTMENT, BudgetPeriod.DAY): _("The department's daily budget"),
    (BudgetScope.DEPARTMENT, BudgetPeriod.MONTH): _("The department's monthly budget"),
    (BudgetScope.ORGANIZATION, BudgetPeriod.DAY): _("The organization's daily budget"),
    (BudgetScope.ORGANIZATION, BudgetPeriod.MONTH): _("The organization's monthly budget"),
}
_UNITS: Mapping[BudgetUnit, str | Promise] = {
    BudgetUnit.QUESTIONS: _("questions"),
    BudgetUnit.TOKENS: _("tokens"),
}


class BudgetSpentError(TooManyRequestsError):
    """A budget has no room for another answer; `details` says which, `retry_after` when it starts anew."""

    code = "budget_spent"
    message = _("The budget is used up.")

    def __init__(self, state: BudgetState) -> None:
        wait = ceil((state.resets_at - now()).total_seconds())
        super().__init__(details=state.as_json(), retry_after=max(1, wait))
        self.message = cast("Any", lazy(spent_words, str)(state))


def spent_words(state: BudgetState) -> str:
    """Return that the budget is used up and when it starts anew, in the active language."""
    return gettext("{budget} is used up. It starts anew on {moment}.").format(
        budget=_BUDGETS[state.scope, state.period], moment=_moment(state)
    )


def used_words(state: BudgetState) -> str:
    """Return how far the budget is used, in the active language."""
    if state.share >= 1:
        return spent_words(state)
    return gettext("{budget}: {share} used, {used} of {limit} {unit}. It starts anew on {moment}.").format(
        budget=_BUDGETS[state.scope, state.period],
        share=f"{int(state.share * 100)}%",
        used=number_format(state.used),
        limit=number_format(state.limit),
        unit=_UNITS[state.unit],
        moment=_moment(state),
    )


def _moment(state: BudgetState) -> str:
    return date_format(localtime(state.resets_at), "SHORT_DATETIME_FORMAT")
