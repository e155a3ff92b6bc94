"""The tables of what happened, of what the documents lack, and of who is told of it."""

from analytics.models.counted import (
    NO_DEPARTMENT,
    ActivePerson,
    CountedEvent,
    Counts,
    DailySubject,
    DailyUsage,
    DepartmentUsage,
)
from analytics.models.erasures import ERASURE_REASON_LENGTH, Erasure
from analytics.models.evaluations import QUESTION_LENGTH, WORDS_LENGTH, EvaluationQuestion, EvaluationRun
from analytics.models.gaps import GapQuestion, KnowledgeGap
from analytics.models.notifications import Mailing, Notification, NotificationChoice, NotificationKind
from analytics.models.topics import LABEL_LENGTH, Topic, TopicQuestion
from analytics.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "ERASURE_REASON_LENGTH",
    "LABEL_LENGTH",
    "NO_DEPARTMENT",
    "QUESTION_LENGTH",
    "WORDS_LENGTH",
    "ActivePerson",
    "CountedEvent",
    "Counts",
    "DailySubject",
    "DailyUsage",
    "DepartmentUsage",
    "Erasure",
    "EvaluationQuestion",
    "EvaluationRun",
    "GapQuestion",
    "KnowledgeGap",
    "Mailing",
    "Notification",
    "NotificationChoice",
    "NotificationKind",
    "Topic",
    "TopicQuestion",
    "Webhook",
    "WebhookDelivery",
]
