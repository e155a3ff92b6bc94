"""Something to be told of, and what somebody's page then shows."""

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from analytics.gaps.deciding import Decision, decide
from analytics.models import KnowledgeGap
from analytics.notifications import reading
from config.kernel.outbox.relay import relay

TRAVEL = "נסיעות לחו״ל"


def carry_out() -> None:
    while relay().claimed:
        pass


def told(person: User) -> list[tuple[str, str]]:
    """Return kind and subject of what the person's page shows, the latest first."""
    actor = actor_of(person)
    rows = list(reading.notifications_of(actor=actor))
    return [(line.kind, line.about) for line in reading.in_words(actor=actor, rows=rows)]


def assign(manager: User, owner: User, title: str = TRAVEL) -> KnowledgeGap:
    """Have a manager make somebody responsible for a gap, and the outbox carried out."""
    with tenant_scope(manager.organization_id):
        gap: KnowledgeGap = KnowledgeGap.objects.create(title=title)
    decide(actor=actor_of(manager), gap_id=gap.pk, decision=Decision("open", owner.pk))
    carry_out()
    return gap
