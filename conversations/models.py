"""Conversations, their questions and answers, what the answers cite, and what people thought of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel
from conversations.referrals import ReferralState
from conversations.types import MessageRole, MessageStatus, Rating

TITLE_MAX_LENGTH = 200
MODEL_MAX_LENGTH = 100
REASON_MAX_LENGTH = 64
COMMENT_MAX_LENGTH = 2000
READING_REASON_LENGTH = 500
HOLD_REASON_LENGTH = 500


class Conversation(TenantModel):
    """One thread of one person; (owner, session_id) is its name for programs."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_id = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=TITLE_MAX_LENGTH, blank=True)
    title_is_automatic = models.BooleanField(default=True)
    pinned = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)  # deleted, and never to come back
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints: ClassVar = [
            # A deleted conversation gives its name back, and keeps it until somebody else has taken it.
            models.UniqueConstraint(
                fields=["owner", "session_id"],
                condition=models.Q(deleted_at=None),
                name="conversation_session_unique",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-pinned", "-updated_at", "-id"], name="conversation_inbox"),
            # Partial, so that nothing but retention is tempted to use it.
            models.Index(
                fields=["organization", "updated_at"],
                condition=models.Q(expired_at=None),
                name="conversation_age",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Message(TenantModel):
    """A question or an answer. The row of an answer exists, leased, before its first word is written."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=MessageRole.choices)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=MessageStatus.choices)
    client_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 - NULL is outside of the constraint
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)
    sources = models.JSONField(default=list)
    confidence = models.FloatField(default=0.0)
    confidence_level = models.CharField(max_length=8, default="none")
    grounds = models.JSONField(default=dict)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    first_text_ms = models.PositiveIntegerField(null=True)  # from the question on; NULL: none was written
    model = models.CharField(max_length=MODEL_MAX_LENGTH, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=now)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "client_id"], name="message_client_id_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "created_at", "id"], name="message_history"),
            models.Index(
                fields=["lease_expires_at"],
                name="message_leases",
                condition=models.Q(status__in=["queued", "streaming"]),
            ),
            models.Index(
                fields=["organization", "created_at"],
                name="message_answers",
                condition=models.Q(role="assistant"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LeaseWatch(models.Model):
    """When the reapers of all processes last looked for leases that ran out, and since when they have done so
    without a gap: one row, by the database's clock.
    """

    looked_at = models.DateTimeField()
    steady_since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.looked_at)


class Citation(TenantModel):
    """What an answer cites: ids, words and place of the passage, no foreign key, so re-indexing breaks
    nothing."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="citations")
    number = models.PositiveSmallIntegerField()
    passage_id = models.UUIDField()
    document_id = models.UUIDField()
    document_title = models.CharField(max_length=300)
    quote = models.TextField()
    quote_hash = models.CharField(max_length=64)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "number"], name="citation_number_unique")
        ]

    def __str__(self) -> str:
        return f"[{self.number}]"


class Feedback(TenantModel):
    """One person's verdict on one answer."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="feedback")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    rating = models.CharField(max_length=8, choices=Rating.choices)
    reason = models.CharField(max_length=REASON_MAX_LENGTH, blank=True)
    comment = models.TextField(max_length=COMMENT_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "user"], name="feedback_once_per_user")
        ]

    def __str__(self) -> str:
        return self.rating


class Share(TenantModel):
    """A conversation that the owner's colleagues may read, up to a moment; its id is the address.

    Of its branches it shows the one that ends with `last`; without it, the one where something was said last.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="share")
    until = models.DateTimeField()
    last = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class Referral(TenantModel):
    """A question that its asker sent to the managers, since the documents have no clear answer to it.

    Of the conversation it shows this `text` alone: the question, and before it those that it goes on from.
    Answered by a manager, or without `answered_by` as soon as an approved answer is found for its asker.
    """

    question = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="referral")
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.CASCADE, related_name="+"
    )
    text = models.TextField(_("question"))
    state = models.CharField(
        _("status"), max_length=16, choices=ReferralState.choices, default=ReferralState.OPEN
    )
    created_at = models.DateTimeField(_("sent"), default=now)
    answered_at = models.DateTimeField(_("answered on"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    approved_answer_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("question to the knowledge team")
        verbose_name_plural = _("questions to the knowledge team")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["organization", "state", "-created_at"], name="referral_list"),
            models.Index(fields=["organization", "-created_at", "-id"], name="referral_by_time"),
        ]

    def __str__(self) -> str:
        return self.text


class Reading(TenantModel):
    """That a manager read somebody's conversation, and why. It outlasts the conversation, and goes with the
    person it was of.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("whose"), on_delete=models.CASCADE, related_name="+"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reader_name = models.CharField(_("read by"), max_length=150)
    conversation_id = models.UUIDField(_("conversation"))
    reason = models.CharField(_("reason"), max_length=READING_REASON_LENGTH)
    at = models.DateTimeField(_("time"), default=now)

    class Meta:
        verbose_name = _("reading of a conversation")
        verbose_name_plural = _("readings of conversations")
        indexes: ClassVar = [
            models.Index(fields=["owner", "-at"], name="reading_of_a_person"),
            models.Index(fields=["organization", "-at", "-id"], name="reading_list"),
        ]

    def __str__(self) -> str:
        return str(self.conversation_id)


class Hold(TenantModel):
    """That a person's conversations, or one conversation, are kept whatever else is decided, until lifted."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("whose"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("All conversations of this person, those to come too."),
    )
    conversation_id = models.UUIDField(_("conversation"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=HOLD_REASON_LENGTH)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("placed on"), default=now)
    lifted_at = models.DateTimeField(_("lifted on"), null=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        indexes: ClassVar = [
            models.Index(fields=["organization", "person"], name="hold_of_a_person"),
            models.Index(fields=["organization", "conversation_id"], name="hold_of_a_conversation"),
        ]

    def __str__(self) -> str:
        return self.reason
