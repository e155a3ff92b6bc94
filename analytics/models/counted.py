"""What happened, counted by day without a text or a name."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import TextChoices
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel

KEY_LENGTH = 200
# Stands for the people who belong to no department.
NO_DEPARTMENT = UUID(int=0)


class Counts(TenantModel):
    """A day, cut in the product's time zone: the day on which the answer was begun."""

    day = models.DateField(_("day"))
    questions = models.PositiveIntegerField(_("questions"), default=0)
    answered = models.PositiveIntegerField(_("answered"), default=0)
    refused = models.PositiveIntegerField(_("without a clear answer"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    confidence_high = models.PositiveIntegerField(_("high confidence"), default=0)
    confidence_medium = models.PositiveIntegerField(_("medium confidence"), default=0)
    confidence_low = models.PositiveIntegerField(_("low confidence"), default=0)
    first_within_1s = models.PositiveIntegerField(_("first words within a second"), default=0)
    first_within_3s = models.PositiveIntegerField(_("within 1 to 3 seconds"), default=0)
    first_within_10s = models.PositiveIntegerField(_("within 3 to 10 seconds"), default=0)
    first_later = models.PositiveIntegerField(_("after more than 10 seconds"), default=0)
    helpful = models.PositiveIntegerField(_("helpful"), default=0)
    not_helpful = models.PositiveIntegerField(_("not helpful"), default=0)
    prompt_tokens = models.PositiveBigIntegerField(_("tokens read"), default=0)
    completion_tokens = models.PositiveBigIntegerField(_("tokens written"), default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.day)


class DailyUsage(Counts):
    """One organisation's day."""

    class Meta:
        verbose_name = _("daily usage")
        verbose_name_plural = _("Dashboard")  # where the admin's menu leads
        ordering: ClassVar = ["-day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "day"], name="daily_usage_unique")
        ]


class DepartmentUsage(Counts):
    """One department's day; never shown as it is: see `analytics.departments`.

    An id and no foreign key: what was counted outlasts the department.
    """

    department_id = models.UUIDField()
    week = models.DateField()  # the Sunday that the day's week begins on

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "department_id", "day"], name="department_usage_unique"
            )
        ]


class ActivePerson(TenantModel):
    """That a person asked something on a day, and the department that all of that day counts for."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    week = models.DateField()
    department_id = models.UUIDField(default=NO_DEPARTMENT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "day", "person"], name="active_person_unique")
        ]
        indexes: ClassVar = [
            # All that is counted stands in the index: a year has tens of thousands of rows.
            models.Index(fields=["organization", "week", "department_id", "person"], name="active_by_week"),
        ]

    def __str__(self) -> str:
        return str(self.day)


class DailySubject(TenantModel):
    """How many of a day's complete answers cited a document, or how many of its questions are of a topic."""

    class Kind(TextChoices):
        DOCUMENT = "document"
        TOPIC = "topic"

    day = models.DateField()
    week = models.DateField()
    department_id = models.UUIDField(default=NO_DEPARTMENT)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=KEY_LENGTH)  # the id of the document or the topic
    answers = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "kind", "day", "key", "department_id"], name="daily_subject_unique"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "kind", "day", "key", "week", "department_id", "answers"],
                name="daily_subject_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class CountedEvent(TenantModel):
    """An event that was counted already, by its id: deliveries repeat, counts must not."""

    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "created_at"], name="counted_event_age")]

    def __str__(self) -> str:
        return str(self.id)
