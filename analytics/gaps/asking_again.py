"""Gaps close themselves: their questions are asked again with their askers' eyes; nothing is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts.standing import active_person
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.gaps.access import get_gap
from analytics.models import GapQuestion, KnowledgeGap
from chatbot.trial import would_be_answered
from config.kernel import outbox
from retrieval.access import reader_of

GAP_CLOSED = "gap.closed"
MOST_ASKED = 20
ENOUGH = 0.5  # the share of the questions that has to be answered


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of a gap's questions were asked again, and how many of them would be answered now."""

    asked: int
    answered: int

    @property
    def is_closed(self) -> bool:
        return self.asked > 0 and self.answered >= ENOUGH * self.asked


def ask_again(*, actor: Actor, gap_id: UUID, origin: str) -> Outcome:
    """Ask the gap's latest questions again; close it when enough of them would be answered, and have their
    askers told. `origin` is where the links of the mails lead to.

    Slow: up to `MOST_ASKED` searches. Raises NotFoundError, PermissionDeniedError for anybody but a manager,
    EmbeddingsUnavailableError and StoreUnavailableError.
    """
    gap = get_gap(gap_id=gap_id, actor=actor)
    with tenant_scope(actor.organization_id):
        questions = list(GapQuestion.objects.filter(gap=gap).order_by("-asked_at")[:MOST_ASKED])
    askers = {
        each: active_person(user_id=each, organization_id=actor.organization_id)
        for each in {question.asker_id for question in questions}
    }
    outcome = _asked(questions, {each: asker for each, asker in askers.items() if asker is not None})
    with tenant_scope(actor.organization_id), transaction.atomic():
        _note(gap, outcome, origin, askers)
    return outcome


def _asked(questions: Sequence[GapQuestion], askers: dict[UUID, Actor]) -> Outcome:
    asked = [question for question in questions if question.asker_id in askers]
    answered = sum(
        would_be_answered(question=question.text, reader=reader_of(askers[question.asker_id]))
        for question in asked
    )
    return Outcome(len(asked), answered)


def _note(gap: KnowledgeGap, outcome: Outcome, origin: str, askers: Iterable[UUID]) -> None:
    moment = now()
    changes: dict[str, object] = {"asked_again_at": moment}
    closes = outcome.is_closed and gap.state != KnowledgeGap.State.CLOSED
    if closes:
        changes |= {"state": KnowledgeGap.State.CLOSED, "closed_at": moment}
    KnowledgeGap.objects.filter(pk=gap.pk).update(**changes)
    for asker_id in (
        askers if closes else ()
    ):  # one event each, so that a mail that fails repeats no other one
        payload = {"gap_id": str(gap.pk), "user_id": str(asker_id), "origin": origin}
        outbox.emit(GAP_CLOSED, organization_id=gap.organization_id, payload={**payload})
