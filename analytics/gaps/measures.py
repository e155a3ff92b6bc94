"""How much a gap weighs: questions, people, departments, and whether it grows."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.timezone import now

from analytics.models import KnowledgeGap

TREND_DAYS = 30


def measured(gaps: QuerySet[KnowledgeGap]) -> QuerySet[KnowledgeGap]:
    """Add `asked`, `people`, `departments`, `last_asked`, and how many of the questions are `recent`, of the
    last thirty days, and of the thirty `before`; what most people asked comes first.
    """
    moment = now()
    begin, earlier = moment - timedelta(TREND_DAYS), moment - timedelta(2 * TREND_DAYS)
    at = "questions__asked_at"
    figures: dict[str, Any] = {
        "asked": Count("questions", distinct=True),
        "people": Count("questions__asker", distinct=True),
        "departments": Count("questions__asker__department", distinct=True),
        "last_asked": Max(at),
        "recent": Count("questions", distinct=True, filter=Q(**{f"{at}__gte": begin})),
        "before": Count("questions", distinct=True, filter=Q(**{f"{at}__gte": earlier, f"{at}__lt": begin})),
    }
    return gaps.annotate(**figures).order_by(F("people").desc(), F("last_asked").desc(nulls_last=True))
