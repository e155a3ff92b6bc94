"""Conversations by REST; a manager has no more rights here than anybody: everyone reads their own."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MemberView, validated
from conversations import organizing, selectors, sharing
from conversations import serializers as shapes
from conversations.access import get_conversation
from conversations.exporting import export_conversation
from conversations.models import Conversation
from conversations.organizing import ConversationChanges, Verdict
from conversations.types import ShareRef


class ConversationList(MemberView):
    @extend_schema(
        summary="The own conversations, pinned ones first, then the latest",
        parameters=[shapes.InboxQuerySerializer],
        responses=shapes.ConversationPageSerializer,
    )
    def get(self, request: Request) -> Response:
        wanted = validated(shapes.InboxQuerySerializer, request.query_params)
        page = selectors.inbox(actor=self.actor, **wanted)
        results = shapes.ConversationSerializer(page.items, many=True).data
        return Response({"results": results, "next_cursor": page.cursor})

    @extend_schema(
        summary="Begin a conversation; a session id that is in use leads to its conversation",
        request=shapes.NewConversationSerializer,
        responses={200: shapes.ConversationSerializer, 201: shapes.ConversationSerializer},
    )
    def post(self, request: Request) -> Response:
        new = validated(shapes.NewConversationSerializer, request.data)
        row, is_new = organizing.create_conversation(actor=self.actor, **new)
        return _conversation(row, status=201 if is_new else 200)


class ConversationDetail(MemberView):
    @extend_schema(summary="One of the own conversations", responses=shapes.ConversationSerializer)
    def get(self, request: Request, conversation_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        return _conversation(get_conversation(conversation_id=conversation_id, actor=self.actor))

    @extend_schema(
        summary="Rename, pin or archive a conversation",
        request=shapes.ConversationChangesSerializer,
        responses=shapes.ConversationSerializer,
    )
    def patch(self, request: Request, conversation_id: UUID) -> Response:
        changes = ConversationChanges(**validated(shapes.ConversationChangesSerializer, request.data))
        row = organizing.change_conversation(
            actor=self.actor, conversation_id=conversation_id, changes=changes
        )
        return _conversation(row)

    @extend_schema(summary="Delete a conversation; `restore` undoes it", responses={204: None})
    def delete(self, request: Request, conversation_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        organizing.delete_conversation(actor=self.actor, conversation_id=conversation_id)
        return Response(status=204)


class ConversationRestore(MemberView):
    @extend_schema(
        summary="Take a deletion back", request=None, responses={200: shapes.ConversationSerializer}
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        return _conversation(
            organizing.restore_conversation(actor=self.actor, conversation_id=conversation_id)
        )


class ConversationExport(MemberView):
    @extend_schema(
        summary="The conversation as a file; Markdown and Word hold one of its branches, JSON all of them",
        parameters=[shapes.ExportQuerySerializer],
        responses={(200, "application/octet-stream"): bytes},
    )
    def get(self, request: Request, conversation_id: UUID) -> HttpResponse:
        wanted = validated(shapes.ExportQuerySerializer, request.query_params)
        file = export_conversation(
            actor=self.actor,
            conversation_id=conversation_id,
            kind=wanted["type"],
            through=wanted["through"],
        )
        disposition = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
        return HttpResponse(
            file.content, content_type=file.content_type, headers={"Content-Disposition": disposition}
        )


class ConversationShare(MemberView):
    @extend_schema(
        summary="How a conversation is shared; nothing when it is not",
        responses={200: shapes.ShareSerializer, 204: None},
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        share = sharing.share_of(actor=self.actor, conversation_id=conversation_id)
        return _share(share) if share else Response(status=204)

    @extend_schema(
        summary="Show a conversation, as far as it goes now, to colleagues who may read what it cites",
        request=shapes.NewShareSerializer,
        responses=shapes.ShareSerializer,
    )
    def put(self, request: Request, conversation_id: UUID) -> Response:
        through = validated(shapes.NewShareSerializer, request.data)["through"]
        return _share(
            sharing.share_conversation(actor=self.actor, conversation_id=conversation_id, through=through)
        )

    @extend_schema(summary="Take the sharing back", responses={204: None})
    def delete(self, request: Request, conversation_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        sharing.unshare_conversation(actor=self.actor, conversation_id=conversation_id)
        return Response(status=204)


class ConversationMessages(MemberView):
    @extend_schema(
        summary="A page of messages with their citations, oldest first; the latest page without `before`",
        parameters=[shapes.MessageQuerySerializer],
        responses=shapes.MessagePageSerializer,
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:
        wanted = validated(shapes.MessageQuerySerializer, request.query_params)
        page = selectors.message_page(actor=self.actor, conversation_id=conversation_id, **wanted)
        results = shapes.MessageSerializer(page.items, many=True).data
        return Response({"results": results, "earlier_cursor": page.earlier})


class MessageDetail(MemberView):
    @extend_schema(summary="One message with its citations", responses=shapes.MessageSerializer)
    def get(self, request: Request, message_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        view = selectors.message_view(actor=self.actor, message_id=message_id)
        return Response(shapes.MessageSerializer(view).data)


class MessageFeedback(MemberView):
    @extend_schema(
        summary="Say whether an answer helped; replaces an earlier verdict",
        request=shapes.FeedbackSerializer,
        responses=shapes.FeedbackSerializer,
    )
    def put(self, request: Request, message_id: UUID) -> Response:
        verdict = Verdict(**validated(shapes.FeedbackSerializer, request.data))
        feedback = organizing.rate_message(actor=self.actor, message_id=message_id, verdict=verdict)
        return Response(shapes.FeedbackSerializer(feedback).data)

    @extend_schema(summary="Take the verdict on an answer back", responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        organizing.withdraw_rating(actor=self.actor, message_id=message_id)
        return Response(status=204)


def _conversation(row: Conversation, *, status: int = 200) -> Response:
    return Response(shapes.ConversationSerializer(selectors.conversation_ref(row)).data, status=status)


def _share(share: ShareRef) -> Response:
    url = reverse("shared", args=[share.id])
    return Response(shapes.ShareSerializer({"id": share.id, "url": url, "until": share.until}).data)
