"""Numbers on the wire."""

from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from analytics.periods import DEFAULT_DAYS, LONGEST_DAYS


class UsageQuerySerializer(serializers.Serializer[Any]):
    since = serializers.DateField(required=False, help_text="30 days before `until` by default")
    until = serializers.DateField(required=False, help_text="today by default; the day itself is included")

    def validate(self, attrs: dict[str, Any]) -> dict[str, date]:
        """Fill what was left out; refuse periods that end before they begin or are longer than a year."""
        until: date = attrs.get("until", localdate())
        since: date = attrs.get("since", until - min(timedelta(days=DEFAULT_DAYS - 1), until - date.min))
        if not 0 <= (until - since).days < LONGEST_DAYS:
            raise serializers.ValidationError({"since": [_("The period must be between a day and a year.")]})
        return {"since": since, "until": until}


class DailyUsageSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    questions = serializers.IntegerField()
    answered = serializers.IntegerField()
    refused = serializers.IntegerField()
    failed = serializers.IntegerField()
    helpful = serializers.IntegerField()
    not_helpful = serializers.IntegerField()
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()


class UsageSerializer(serializers.Serializer[Any]):
    since = serializers.DateField()
    until = serializers.DateField()
    results = DailyUsageSerializer(many=True)


class RelatedQuestionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="a question that several people asked and got answered")


class RelatedDocumentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    category = serializers.CharField(allow_blank=True)


class RelatedDepartmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class RelatedSerializer(serializers.Serializer[Any]):
    questions = RelatedQuestionSerializer(many=True)
    documents = RelatedDocumentSerializer(many=True)
    departments = RelatedDepartmentSerializer(many=True, help_text="whose people asked about the same")
