"""What people are told in person, and how each of them wants to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel


class NotificationKind(models.TextChoices):
    """What somebody is told of; the words say when."""

    QUESTION_ANSWERED = (
        "question_answered",
        _("A question of mine that had no good answer can be answered now"),
    )
    CONVERSATION_READ = "conversation_read", _("Somebody read a conversation of mine")
    GAP_ASSIGNED = "gap_assigned", _("I was made responsible for a knowledge gap")
    DOCUMENT_FAILED = "document_failed", _("A document that I added could not be read")
    QUESTION_REFERRED = "question_referred", _("A question was sent to the knowledge team")
    ACCOUNT_WAITING = "account_waiting", _("Somebody waits to be let in")


class Mailing(models.TextChoices):
    """Whether and when a notification is mailed as well."""

    NOW = "now", _("At once")
    DAILY = "daily", _("In the daily digest")
    NEVER = "never", _("Not by e-mail")


class Notification(TenantModel):
    """One thing that one person is told; the words are made when it is shown, and no text is kept.

    `subject_id` is what it is about: a question, a reading, a gap, a document, a referred question, a person.
    `digest_on` is the day whose digest it went into.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32, choices=NotificationKind)
    subject_id = models.UUIDField()
    on_page = models.BooleanField(default=True)
    mailing = models.CharField(max_length=8, choices=Mailing, default=Mailing.NEVER)
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    digest_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "subject_id"],
                condition=models.Q(read_at=None),
                name="notification_unread_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-created_at"], name="notification_list"),
            models.Index(
                fields=["organization", "recipient"],
                condition=models.Q(mailing="daily", digest_on=None),
                name="notification_for_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class NotificationChoice(TenantModel):
    """How a person wants to be told of one kind; without a row, the kind's default holds."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32, choices=NotificationKind)
    on_page = models.BooleanField(default=True)
    mailing = models.CharField(max_length=8, choices=Mailing)

    class Meta:
        verbose_name = _("choice about notifications")
        verbose_name_plural = _("choices about notifications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="notification_choice_once")
        ]

    def __str__(self) -> str:
        return self.kind
