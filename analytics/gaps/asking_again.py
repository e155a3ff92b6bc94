"""Gaps close themselves: their questions are asked again with their askers' eyes; nothing is written."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from accounts.selectors import everybody
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.gaps.access import get_gap
from analytics.models import GapQuestion, KnowledgeGap
from chatbot import trial
from config.kernel import outbox
from config.kernel.outbox import OutboxMessage
from retrieval.embeddings.port import EmbeddingsUnavailableError
from retrieval.selectors import index_version
from retrieval.vectors.port import StoreUnavailableError

logger = logging.getLogger(__name__)

GAP_CLOSED = "gap.closed"  # for each asker
GAP_ANSWERED = "gap.answered"  # once
MOST_ASKED, MOST_GAPS = 20, 100
ENOUGH = 0.5  # the share of the questions that has to be answered


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of a gap's questions were asked again, and how many of them would be answered now."""

    asked: int
    answered: int

    @property
    def is_closed(self) -> bool:
        return self.asked > 0 and self.answered >= ENOUGH * self.asked


def ask_again(*, actor: Actor, gap_id: UUID) -> Outcome:
    """Ask the gap's latest questions again; close it when enough of them would be answered, and have their
    askers told.

    Slow: up to `MOST_ASKED` searches. Raises NotFoundError, PermissionDeniedError for anybody but a manager,
    EmbeddingsUnavailableError and StoreUnavailableError.
    """
    return _ask(get_gap(gap_id=gap_id, actor=actor))


def ask_open_gaps_again(message: OutboxMessage) -> None:
    """Ask the questions of all open gaps again, because an answer was approved.

    Raises EmbeddingsUnavailableError and StoreUnavailableError.
    """
    for gap in _open_gaps(message.organization_id):
        _ask(gap)


def ask_where_documents_changed() -> None:
    """Ask the questions of open gaps again wherever the documents have changed since the last time.

    Slow. What cannot be searched now is asked the next time.
    """
    for organization in everybody():
        with tenant_scope(organization.pk):
            version = index_version()
        for gap in _open_gaps(organization.pk):
            if gap.asked_at_version == version:
                continue
            try:
                _ask(gap)
            except (EmbeddingsUnavailableError, StoreUnavailableError) as away:
                logger.warning("gaps are not asked again: %s", away.code)
                return


def _open_gaps(organization_id: UUID) -> list[KnowledgeGap]:
    """Return the gaps that may close, those that were not asked for longest first."""
    waiting = (KnowledgeGap.State.OPEN, KnowledgeGap.State.IN_PROGRESS)
    with tenant_scope(organization_id):
        found = KnowledgeGap.objects.filter(state__in=waiting)
        return list(found.order_by(F("asked_again_at").asc(nulls_first=True))[:MOST_GAPS])


def _ask(gap: KnowledgeGap) -> Outcome:
    organization_id = gap.organization_id
    with tenant_scope(organization_id):
        version = index_version()
        latest = list(GapQuestion.objects.filter(gap=gap).order_by("-asked_at")[:MOST_ASKED])
    verdicts = list(trial.ask_again(map(_waiting, latest), organization_id=organization_id))
    outcome = Outcome(len(verdicts), sum(verdict.answered for verdict in verdicts))
    with tenant_scope(organization_id), transaction.atomic():
        KnowledgeGap.objects.filter(pk=gap.pk).update(asked_again_at=now(), asked_at_version=version)
        if outcome.is_closed:
            _close(gap, {question.asker_id for question in latest})
    return outcome


def _waiting(question: GapQuestion) -> trial.Waiting:
    """An answer that did not help was there before: only one that somebody has approved takes its place."""
    unhelpful = question.reason == GapQuestion.Reason.NOT_HELPFUL
    return trial.Waiting(question.pk, question.asker_id, question.text, approved_only=unhelpful)


def _close(gap: KnowledgeGap, askers: Iterable[UUID]) -> None:
    """Close the gap, unless it is; an event for each asker, so that nobody is told twice where one fails."""
    closing = KnowledgeGap.objects.filter(pk=gap.pk).exclude(state=KnowledgeGap.State.CLOSED)
    if not closing.update(state=KnowledgeGap.State.CLOSED, closed_at=now()):
        return
    outbox.emit(GAP_ANSWERED, organization_id=gap.organization_id, payload={"gap_id": str(gap.pk)})
    for asker_id in askers:
        payload = {"gap_id": str(gap.pk), "user_id": str(asker_id)}
        outbox.emit(GAP_CLOSED, organization_id=gap.organization_id, payload={**payload})
