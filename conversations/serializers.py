"""Conversations and messages on the wire."""

from typing import Any

from rest_framework import serializers

from config.api import KnownFieldsSerializer
from conversations.referrals import ReferralState
from conversations.types import MessageRole, MessageStatus, Rating

_THROUGH = "a message that the branch goes through; by default the one where something was said last"


class ConversationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    session_id = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    pinned = serializers.BooleanField(read_only=True)
    archived = serializers.BooleanField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    excerpt = serializers.CharField(read_only=True, help_text="in a search, the text around the words found")
    found_message_id = serializers.UUIDField(read_only=True, allow_null=True)


class ConversationPageSerializer(serializers.Serializer[Any]):
    results = ConversationSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class NewConversationSerializer(KnownFieldsSerializer):
    # Lengths and characters are judged by the service, whose refusals have codes of their own.
    title = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")
    session_id = serializers.CharField(
        default=None,
        allow_null=True,
        allow_blank=True,
        trim_whitespace=False,
        help_text="1–64 characters",
    )


class ConversationChangesSerializer(KnownFieldsSerializer):
    title = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    pinned = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False)


class InboxQuerySerializer(serializers.Serializer[Any]):
    cursor = serializers.CharField(required=False, max_length=200)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=100, default=30)
    archived = serializers.BooleanField(required=False, default=False)
    search = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class MessageQuerySerializer(serializers.Serializer[Any]):
    before = serializers.CharField(required=False, max_length=200)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)


class CitationSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    passage_id = serializers.UUIDField()
    document_id = serializers.UUIDField()
    document_title = serializers.CharField()
    quote = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class ApprovalSerializer(serializers.Serializer[Any]):
    by = serializers.CharField(help_text="the manager's name; empty when nobody of that name is left")
    at = serializers.DateTimeField()


class MessageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    parent_id = serializers.UUIDField(allow_null=True)
    role = serializers.ChoiceField(choices=MessageRole.choices)
    text = serializers.CharField()
    status = serializers.ChoiceField(choices=MessageStatus.choices)
    citations = CitationSerializer(many=True)
    confidence = serializers.FloatField()
    confidence_level = serializers.CharField()
    confidence_reasons = serializers.ListField(child=serializers.CharField(), source="grounds.reasons")
    support = serializers.FloatField(source="grounds.support", allow_null=True)
    model = serializers.CharField()
    approval = ApprovalSerializer(allow_null=True, help_text="of an approved answer: by whom and when")
    error_code = serializers.CharField(help_text="empty unless the answer failed or was interrupted")
    rating = serializers.CharField(help_text="the own verdict: up, down or empty")
    referral = serializers.CharField(
        help_text="of an answer: open or answered, once its question was sent to the managers; else empty"
    )
    created_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)


class MessagePageSerializer(serializers.Serializer[Any]):
    results = MessageSerializer(many=True)
    earlier_cursor = serializers.CharField(allow_null=True)


class FeedbackSerializer(KnownFieldsSerializer):
    rating = serializers.ChoiceField(choices=Rating.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=64, default="")
    comment = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")


class ReferralSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    question_id = serializers.UUIDField()
    text = serializers.CharField(help_text="what the managers are shown, besides who asked and when")
    state = serializers.ChoiceField(choices=ReferralState.choices)
    sent_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ExportQuerySerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(required=False, choices=["markdown", "docx", "json"], default="markdown")
    through = serializers.UUIDField(required=False, default=None, help_text=_THROUGH)


class NewShareSerializer(KnownFieldsSerializer):
    through = serializers.UUIDField(required=False, default=None, allow_null=True, help_text=_THROUGH)


class ShareSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.CharField(help_text="where colleagues read it, from the root of this server")
    until = serializers.DateTimeField(help_text="what was said later is not shown")
