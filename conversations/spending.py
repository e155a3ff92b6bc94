"""What answers take of their askers' budgets; the rules are those of `accounts.budgets`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Sum

from accounts import budgets
from accounts.budgets import Subject
from accounts.types import Actor, BudgetScope, BudgetState, Used
from conversations.models import Message
from conversations.types import MessageRole, MessageStatus, Usage

_AUTHORS = {BudgetScope.PERSON: "author_id", BudgetScope.DEPARTMENT: "author__department_id"}
TOLD_FROM = 0.8


def reserve(*, actor: Actor, answer_id: UUID) -> None:
    """Hold what the answer may take of the actor's budgets; raises BudgetSpentError."""

    def used_since(subject: Subject, moment: datetime) -> Used:
        return _used_since(subject, moment, but=answer_id)

    budgets.reserve(actor=actor, answer_id=answer_id, used_since=used_since)


def settle(*, answer_id: UUID, status: MessageStatus, usage: Usage) -> None:
    """Count what the answer took; one that failed is no question of the budget, its tokens were taken."""
    tokens = usage.prompt_tokens + usage.completion_tokens
    budgets.settle(answer_id=answer_id, tokens=tokens, is_counted=status != MessageStatus.FAILED)


def standing(*, actor: Actor) -> list[BudgetState]:
    """Return how far the actor's budgets are used, the fullest first."""
    return budgets.standing(actor=actor, used_since=_used_since)


def worth_telling(states: Sequence[BudgetState]) -> BudgetState | None:
    """Return the fullest budget once it is nearly used up, None while there is nothing to say."""
    return states[0] if states and states[0].share >= TOLD_FROM else None


def _used_since(subject: Subject, moment: datetime, *, but: UUID | None = None) -> Used:
    answers = Message.objects.filter(role=MessageRole.ASSISTANT, created_at__gte=moment).exclude(pk=but)
    author = _AUTHORS.get(BudgetScope(subject.scope))
    if author is not None:
        answers = answers.filter(**{author: subject.id})
    counted = answers.exclude(status=MessageStatus.FAILED).aggregate(n=Count("pk"))
    taken = answers.aggregate(n=Sum(F("prompt_tokens") + F("completion_tokens")))
    return Used(counted["n"], taken["n"] or 0)
