"""Conversations by REST; a manager has no more rights here than anybody: everyone reads their own."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import limits
from accounts.authentication import request_actor
from accounts.types import Actor
from conversations import organizing, selectors
from conversations.access import get_conversation
from conversations.organizing import ConversationChanges
from conversations.serializers import (
    ConversationChangesSerializer,
    ConversationPageSerializer,
    ConversationSerializer,
    FeedbackSerializer,
    InboxQuerySerializer,
    MessagePageSerializer,
    MessageQuerySerializer,
    MessageSerializer,
)


def _reader(request: Request) -> Actor:
    actor = request_actor(request)
    limits.check("read", str(actor.user_id))
    return actor


def _checked(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


class ConversationList(APIView):
    @extend_schema(parameters=[InboxQuerySerializer], responses=ConversationPageSerializer)
    def get(self, request: Request) -> Response:
        """List the own conversations, latest first."""
        page = selectors.inbox(
            actor=_reader(request), **_checked(InboxQuerySerializer(data=request.query_params))
        )
        return Response(
            {"results": ConversationSerializer(page.items, many=True).data, "next_cursor": page.cursor}
        )


class ConversationDetail(APIView):
    @extend_schema(responses=ConversationSerializer)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """Return one of the own conversations."""
        row = get_conversation(conversation_id=conversation_id, actor=_reader(request))
        return Response(ConversationSerializer(selectors.conversation_ref(row)).data)

    @extend_schema(request=ConversationChangesSerializer, responses=ConversationSerializer)
    def patch(self, request: Request, conversation_id: UUID) -> Response:
        """Rename, pin or archive."""
        changes = ConversationChanges(**_checked(ConversationChangesSerializer(data=request.data)))
        row = organizing.change_conversation(
            actor=request_actor(request), conversation_id=conversation_id, changes=changes
        )
        return Response(ConversationSerializer(selectors.conversation_ref(row)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, conversation_id: UUID) -> Response:
        """Delete a conversation."""
        organizing.delete_conversation(actor=request_actor(request), conversation_id=conversation_id)
        return Response(status=204)


class ConversationMessages(APIView):
    @extend_schema(parameters=[MessageQuerySerializer], responses=MessagePageSerializer)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """Return a page of messages with their citations, oldest first."""
        values = _checked(MessageQuerySerializer(data=request.query_params))
        page = selectors.message_page(actor=_reader(request), conversation_id=conversation_id, **values)
        results = MessageSerializer(page.items, many=True).data
        return Response({"results": results, "earlier_cursor": page.earlier})


class MessageDetail(APIView):
    @extend_schema(responses=MessageSerializer)
    def get(self, request: Request, message_id: UUID) -> Response:
        """Return one message."""
        view = selectors.message_view(actor=_reader(request), message_id=message_id)
        return Response(MessageSerializer(view).data)


class MessageFeedback(APIView):
    @extend_schema(request=FeedbackSerializer, responses=FeedbackSerializer)
    def put(self, request: Request, message_id: UUID) -> Response:
        """Say whether an answer helped."""
        values = _checked(FeedbackSerializer(data=request.data))
        feedback = organizing.rate_message(actor=request_actor(request), message_id=message_id, **values)
        return Response(FeedbackSerializer(feedback).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:
        """Take the verdict back."""
        organizing.withdraw_rating(actor=request_actor(request), message_id=message_id)
        return Response(status=204)
