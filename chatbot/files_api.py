"""REST: the private files of one's own conversations. Managers have no more rights here than anybody, but to
make documents of their own files.
"""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from accounts import limits
from accounts.api.base import MemberView, validated
from accounts.permissions import IsManager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from chatbot.files import remove_file
from config.api import KnownFieldsSerializer
from config.kernel.types import JSONObject
from conversations.access import get_conversation
from retrieval import files
from retrieval.errors import refusal_of
from retrieval.publishing import publish_file
from retrieval.serializers import LONGEST_LIST, PREVIEW_LENGTH, DocumentSerializer, ProblemSerializer
from retrieval.services import NamedReaders
from retrieval.uploading import upload_of


class NewConversationFileSerializer(KnownFieldsSerializer):
    """A file as `multipart/form-data`; its name's ending says what it is."""

    file = serializers.FileField(max_length=1000, allow_empty_file=True)


class ConversationFileSerializer(serializers.Serializer[Any]):
    """A private file: its owner's alone, searched in its conversation alone."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="original_name")
    title = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    status = serializers.ChoiceField(
        choices=["pending", "indexing", "indexed", "failed", "rejected", "needs_attention"],
        help_text="It can be asked about once it is `indexed`.",
    )
    error = serializers.SerializerMethodField(
        help_text="Why it cannot be read; null when nothing went wrong."
    )
    preview = serializers.SerializerMethodField(
        help_text="How the text begins of a file that needs attention; else null."
    )
    created_at = serializers.DateTimeField()

    @extend_schema_field(ProblemSerializer(allow_null=True))
    def get_error(self, file: Any) -> JSONObject | None:
        return refusal_of(file.error_code).as_json() if file.error_code else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_preview(self, file: Any) -> str | None:
        return file.content[:PREVIEW_LENGTH] if file.status == "needs_attention" else None


class ConversationFileListSerializer(serializers.Serializer[Any]):
    results = ConversationFileSerializer(many=True)


class PublicationSerializer(KnownFieldsSerializer):
    """Who may read the document besides the managers; without either, everyone of the organization."""

    departments = serializers.ListField(
        child=serializers.UUIDField(), default=list, max_length=LONGEST_LIST, help_text="By department."
    )
    people = serializers.ListField(
        child=serializers.UUIDField(), default=list, max_length=LONGEST_LIST, help_text="By name."
    )


class _FilesView(MemberView):
    """The conversation is asked for first: in somebody else's, nothing is to be found."""

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        get_conversation(conversation_id=kwargs["conversation_id"], actor=self.actor)


class ConversationFiles(_FilesView):
    parser_classes = (MultiPartParser,)

    @extend_schema(summary="The private files of a conversation", responses=ConversationFileListSerializer)
    def get(self, request: Request, conversation_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        return Response({"results": file_lines(self.actor, conversation_id)})

    @extend_schema(
        summary="Put a private file into a conversation; it is read soon after, and searched there alone",
        request={"multipart/form-data": NewConversationFileSerializer},
        responses={202: ConversationFileSerializer},
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:
        limits.remember(request, limits.check("file", str(self.actor.user_id)))
        new = validated(NewConversationFileSerializer, request.data)
        file = files.add_file(
            actor=self.actor, conversation_id=conversation_id, upload=upload_of(new["file"])
        )
        return _file(file, status=202)


class ConversationFile(_FilesView):
    @extend_schema(summary="A private file and how its reading stands", responses=ConversationFileSerializer)
    def get(self, request: Request, conversation_id: UUID, file_id: UUID) -> Response:  # noqa: ARG002
        return _file(files.get_file(actor=self.actor, conversation_id=conversation_id, file_id=file_id))

    @extend_schema(summary="Delete a private file for good", responses={204: None})
    def delete(self, request: Request, conversation_id: UUID, file_id: UUID) -> Response:  # noqa: ARG002
        remove_file(actor=self.actor, conversation_id=conversation_id, file_id=file_id)
        return Response(status=204)


class ConversationFileRetry(_FilesView):
    @extend_schema(
        summary="Read a private file again that could not be read",
        request=None,
        responses={202: ConversationFileSerializer},
    )
    def post(self, request: Request, conversation_id: UUID, file_id: UUID) -> Response:  # noqa: ARG002
        file = files.read_again(actor=self.actor, conversation_id=conversation_id, file_id=file_id)
        return _file(file, status=202)


class ConversationFileAccept(_FilesView):
    @extend_schema(
        summary="Use the text of a private file that needs attention as it is",
        request=None,
        responses={202: ConversationFileSerializer},
    )
    def post(self, request: Request, conversation_id: UUID, file_id: UUID) -> Response:  # noqa: ARG002
        file = files.use_as_it_is(actor=self.actor, conversation_id=conversation_id, file_id=file_id)
        return _file(file, status=202)


class ConversationFilePublish(_FilesView):
    permission_classes = (IsManager,)

    @extend_schema(
        summary="Make a document of the organization of a manager's own private file",
        request=PublicationSerializer,
        responses={202: DocumentSerializer},
    )
    def post(self, request: Request, conversation_id: UUID, file_id: UUID) -> Response:
        limits.remember(request, limits.check("upload", str(self.actor.user_id)))
        wanted = validated(PublicationSerializer, request.data)
        document = publish_file(
            actor=self.actor,
            conversation_id=conversation_id,
            file_id=file_id,
            readers=NamedReaders(wanted["departments"], wanted["people"]),
        )
        with tenant_scope(self.actor.organization_id):
            return Response(DocumentSerializer(document).data, status=202)


def file_lines(actor: Actor, conversation_id: UUID) -> list[dict[str, Any]]:
    """Return the actor's files of the conversation as the API tells them."""
    found = files.files_of(actor=actor, conversation_id=conversation_id)
    lines: list[dict[str, Any]] = [*ConversationFileSerializer(found, many=True).data]
    return lines


def _file(file: Any, *, status: int = 200) -> Response:
    return Response(ConversationFileSerializer(file).data, status=status)
