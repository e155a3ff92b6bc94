"""REST: the versions of a document, for managers."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import request_actor
from config.parsers import JSONParser
from retrieval import serializers as shapes
from retrieval import versions
from retrieval.api import KnowledgeView, document_json, incoming_of, validated


class VersionsView(KnowledgeView):
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        summary="The versions of a document, the newest first", responses=shapes.VersionsSerializer
    )
    def get(self, request: Request, document_id: UUID) -> Response:
        found = versions.versions_of(actor=request_actor(request), document_id=document_id)
        return Response(shapes.VersionsSerializer({"results": found}).data)

    @extend_schema(
        summary="Give a document another text or file; the old one is found until the new one is whole",
        request={
            "application/json": shapes.NewVersionSerializer,
            "multipart/form-data": shapes.NewFileVersionSerializer,
        },
        responses={202: shapes.DocumentSerializer},
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        is_file = (request.content_type or "").startswith("multipart/")
        shape: type[Any] = shapes.NewFileVersionSerializer if is_file else shapes.NewVersionSerializer
        document = versions.add_version(
            actor=request_actor(request),
            document_id=document_id,
            incoming=incoming_of(validated(shape, request.data)),
        )
        return Response(document_json(document), status=202)


class VersionView(KnowledgeView):
    @extend_schema(
        summary="An earlier version of a document with its text", responses=shapes.EarlierVersionSerializer
    )
    def get(self, request: Request, document_id: UUID, number: int) -> Response:
        found = versions.get_edition(actor=request_actor(request), document_id=document_id, number=number)
        return Response(shapes.EarlierVersionSerializer(found).data)


class RestoreView(KnowledgeView):
    @extend_schema(
        summary="Make an earlier version of a document its newest one",
        request=None,
        responses={202: shapes.DocumentSerializer},
    )
    def post(self, request: Request, document_id: UUID, number: int) -> Response:
        document = versions.restore_version(
            actor=request_actor(request), document_id=document_id, number=number
        )
        return Response(document_json(document), status=202)
