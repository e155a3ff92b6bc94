"""Notifications by REST: the list, how many are unread, that they were read, how to be told."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from accounts.api.base import MemberView, validated
from analytics.models import Mailing, NotificationKind
from analytics.notifications import choosing, reading
from analytics.notifications.choosing import Choice
from config.api import KnownFieldsSerializer


class NotificationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NotificationKind.values)
    sentence = serializers.CharField()
    about = serializers.CharField(help_text="a question, a title or a name; empty where it is gone")
    url = serializers.SerializerMethodField(help_text="opening it leads on, and counts as reading")
    created_at = serializers.DateTimeField()
    is_read = serializers.BooleanField()

    def get_url(self, line: Any) -> str:
        return reverse("notification", args=[line.id])


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField(help_text=f"at most {reading.MOST_COUNTED}")


class ReadSerializer(KnownFieldsSerializer):
    ids = serializers.ListField(
        child=serializers.UUIDField(), max_length=500, required=False, help_text="all where it is left out"
    )


class ChoiceSerializer(KnownFieldsSerializer):
    kind = serializers.ChoiceField(choices=NotificationKind.values)
    on_page = serializers.BooleanField()
    mailing = serializers.ChoiceField(choices=Mailing.values)


class NotificationsView(MemberView):
    pagination_class = api_settings.DEFAULT_PAGINATION_CLASS

    @extend_schema(
        summary="What the account was told, the latest first", responses=NotificationSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        kind: Any = api_settings.DEFAULT_PAGINATION_CLASS
        pages = kind()
        rows = pages.paginate_queryset(reading.notifications_of(actor=self.actor), request, view=self)
        lines = reading.in_words(actor=self.actor, rows=rows)
        answer: Response = pages.get_paginated_response(NotificationSerializer(lines, many=True).data)
        return answer


class UnreadView(MemberView):
    @extend_schema(summary="How many notifications are unread", responses=UnreadSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        return Response({"unread": reading.unread_count(actor=self.actor)})


class ReadView(MemberView):
    @extend_schema(
        summary="Note that notifications were read", request=ReadSerializer, responses=UnreadSerializer
    )
    def post(self, request: Request) -> Response:
        ids = validated(ReadSerializer, request.data).get("ids")
        return Response({"unread": reading.mark_read(actor=self.actor, ids=ids)})


class SettingsView(MemberView):
    @extend_schema(
        operation_id="notification_settings_list",
        summary="How the account is told of what",
        responses=ChoiceSerializer(many=True),
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        return Response(ChoiceSerializer(choosing.choices_of(self.actor), many=True).data)

    @extend_schema(
        summary="Choose how to be told of one kind", request=ChoiceSerializer, responses=ChoiceSerializer
    )
    def put(self, request: Request) -> Response:
        said = validated(ChoiceSerializer, request.data)
        choice = Choice(NotificationKind(said["kind"]), said["on_page"], Mailing(said["mailing"]))
        choosing.choose(actor=self.actor, choices=[choice])
        return Response(said)
