"""What the asynchronous addresses accept and return, in the words of the OpenAPI document."""

from typing import Any

from django.conf import settings
from rest_framework import serializers
from typing_extensions import override

from config.kernel.text import clean_text
from conversations.serializers import ApprovalSerializer


class StrictCharField(serializers.CharField):
    """A JSON string, and nothing that could be turned into one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class QuestionField(StrictCharField):
    """A question, cleaned and refused by the rules of the conversation on every way in, not by DRF's."""

    def __init__(self) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, help_text="The question.")
        self.validators = []

    @override
    def run_validation(self, data: Any = serializers.empty) -> Any:
        # DRF lets an empty string by without a look, so that it would be refused by another name further on.
        return self.to_internal_value(data) if data == "" else super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        return clean_text(value, max_length=settings.QUESTION_MAX_LENGTH, field=str(self.field_name))


class ChatRequestSerializer(serializers.Serializer[Any]):
    """Body of `POST /chat`."""

    prompt = QuestionField()
    session_id = StrictCharField(
        required=False, allow_null=True, allow_blank=True, trim_whitespace=False, help_text="1–64 characters."
    )
    conversation_id = serializers.UUIDField(required=False, allow_null=True)
    parent_id = serializers.UUIDField(required=False, allow_null=True)


class SourceDocumentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    category = serializers.CharField(allow_blank=True)


class SourcePassageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    page = serializers.IntegerField(allow_null=True)


class SourceSerializer(serializers.Serializer[Any]):
    document = SourceDocumentSerializer()
    passage = SourcePassageSerializer()
    score = serializers.FloatField()


class AnswerCitationSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1)
    passage_id = serializers.UUIDField()
    document_id = serializers.UUIDField()
    document_title = serializers.CharField()
    quote = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    page = serializers.IntegerField(
        allow_null=True,
        help_text="on which the quotation begins; null without pages, or when the passage is no more",
    )


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer as `POST /chat` returns it."""

    response = serializers.CharField()
    session_id = serializers.CharField()
    conversation_id = serializers.UUIDField()
    question_id = serializers.UUIDField()
    answer_id = serializers.UUIDField()
    timestamp = serializers.DateTimeField()
    status = serializers.CharField()
    confidence = serializers.FloatField(min_value=0, max_value=1)
    confidence_level = serializers.ChoiceField(choices=["high", "medium", "low", "none"])
    confidence_reasons = serializers.ListField(
        child=serializers.CharField(), help_text="codes of what speaks for and against it, weightiest first"
    )
    support = serializers.FloatField(
        allow_null=True, help_text="share of what is said that the cited passages bear out, 0 to 1"
    )
    sources = SourceSerializer(many=True)
    citations = AnswerCitationSerializer(many=True)
    tokens_used = serializers.IntegerField()
    model = serializers.CharField()
    approval = ApprovalSerializer(allow_null=True, help_text="of an approved answer: by whom and when")
    error_code = serializers.CharField(allow_null=True)


class CompletionMessageSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["system", "developer", "user", "assistant", "tool"])
    content = serializers.JSONField(required=False, allow_null=True)


class StreamOptionsSerializer(serializers.Serializer[Any]):
    """What a streaming client wants besides the words."""

    include_usage = serializers.BooleanField(required=False, default=False)


class CompletionRequestSerializer(serializers.Serializer[Any]):
    """Body of `POST /v1/chat/completions`; settings of other servers are accepted and ignored."""

    model = StrictCharField(required=False, allow_blank=True)
    messages = CompletionMessageSerializer(many=True, allow_empty=False)
    stream = serializers.BooleanField(required=False, default=False)
    stream_options = StreamOptionsSerializer(required=False, allow_null=True)
    session_id = StrictCharField(required=False, allow_null=True)
