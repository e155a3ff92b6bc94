"""REST: documents for managers to keep and everyone to find, passages to open, search."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView
from typing_extensions import override

from accounts import limits
from accounts.authentication import request_actor
from accounts.permissions import IsManager, IsMember
from accounts.tenancy import tenant_scope
from config.api import CursorPagination
from config.parsers import JSONParser
from retrieval import access, jobs, search, selectors, services, versions
from retrieval import serializers as shapes
from retrieval.models import Document
from retrieval.uploading import upload_of
from retrieval.versions import Incoming

_READING = {"GET", "HEAD", "OPTIONS"}


class KnowledgeView(APIView):
    """Reading is for every active account, changing for managers; each has its own rate limit."""

    @override
    def get_permissions(self) -> list[BasePermission]:
        return [IsMember() if self.request.method in _READING else IsManager()]

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        limit = "read" if request.method in _READING else "upload"
        limits.remember(request, limits.check(limit, str(request_actor(request).user_id)))


class DocumentsView(KnowledgeView):
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        summary="The documents that the account may open, the newest first",
        parameters=[shapes.DocumentQuerySerializer],
        responses=shapes.DocumentPageSerializer,
    )
    def get(self, request: Request) -> Response:
        wanted = validated(shapes.DocumentQuerySerializer, request.query_params)
        narrowed = {name: wanted[name] for name in ("status", "category") if name in wanted}
        reader = access.reader_of(request_actor(request))
        with tenant_scope(reader.organization_id):
            rows = selectors.documents(reader).filter(**narrowed).defer("content")
            pages = CursorPagination()
            page = pages.paginate_queryset(rows.prefetch_related("departments", "people"), request, view=self)
            return pages.get_paginated_response(shapes.DocumentSerializer(page, many=True).data)

    @extend_schema(
        summary="Add a document, as text or as a file, or the next version of one; it is indexed soon after",
        request={
            "application/json": shapes.NewDocumentSerializer,
            "multipart/form-data": shapes.NewFileSerializer,
        },
        responses={202: shapes.DocumentSerializer},
    )
    def post(self, request: Request) -> Response:
        is_file = (request.content_type or "").startswith("multipart/")
        shape = shapes.NewFileSerializer if is_file else shapes.NewDocumentSerializer
        new = validated(shape, request.data)
        document = versions.take_in(actor=request_actor(request), incoming=incoming_of(new))
        return Response(document_json(document), status=202)


class DocumentView(KnowledgeView):
    @extend_schema(summary="A document and how its indexing stands", responses=shapes.DocumentSerializer)
    def get(self, request: Request, document_id: UUID) -> Response:
        reader = access.reader_of(request_actor(request))
        return Response(document_json(access.get_document(document_id, reader)))

    @extend_schema(
        summary="Change a document; a new title or text is indexed again",
        request=shapes.DocumentChangesSerializer,
        responses=shapes.DocumentSerializer,
    )
    def patch(self, request: Request, document_id: UUID) -> Response:
        changes = validated(shapes.DocumentChangesSerializer, request.data)
        document = services.update_document(
            actor=request_actor(request),
            document_id=document_id,
            changes=services.DocumentChanges(
                title=changes.get("title"),
                content=changes.get("content"),
                category=changes.get("category"),
                department_ids=changes.get("departments"),
                person_ids=changes.get("people"),
            ),
        )
        return Response(document_json(document))

    @extend_schema(summary="Delete a document with its text and its file", responses={204: None})
    def delete(self, request: Request, document_id: UUID) -> Response:
        services.delete_document(actor=request_actor(request), document_id=document_id)
        return Response(status=204)


class ReindexView(KnowledgeView):
    @extend_schema(summary="Index a document again", request=None, responses={202: shapes.DocumentSerializer})
    def post(self, request: Request, document_id: UUID) -> Response:
        document = services.reindex_document(actor=request_actor(request), document_id=document_id)
        return Response(document_json(document), status=202)


class AcceptView(KnowledgeView):
    @extend_schema(
        summary="Index the text of a document that needs attention as it is",
        request=None,
        responses={202: shapes.DocumentSerializer},
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        document = jobs.accept_text(actor=request_actor(request), document_id=document_id)
        return Response(document_json(document), status=202)


class CancelView(KnowledgeView):
    @extend_schema(
        summary="Stop reading and indexing a document",
        request=None,
        responses={202: shapes.DocumentSerializer},
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        document = jobs.cancel_indexing(actor=request_actor(request), document_id=document_id)
        return Response(document_json(document), status=202)


class _InOrder(CursorPagination):
    ordering = "ordinal"


class DocumentPassagesView(KnowledgeView):
    @extend_schema(
        summary="The passages of a document, in order",
        parameters=[shapes.PageQuerySerializer],
        responses=shapes.PassagePageSerializer,
    )
    def get(self, request: Request, document_id: UUID) -> Response:
        reader = access.reader_of(request_actor(request))
        document = access.get_document(document_id, reader)
        with tenant_scope(reader.organization_id):
            pages = _InOrder()
            rows = selectors.passages(reader).filter(document_id=document.id)
            page = pages.paginate_queryset(rows, request, view=self)
            return pages.get_paginated_response(shapes.PassageSerializer(page, many=True).data)


class PassageView(KnowledgeView):
    @extend_schema(
        summary="A passage with the text around it: what a citation opens",
        responses=shapes.OpenedPassageSerializer,
    )
    def get(self, request: Request, passage_id: UUID) -> Response:
        reader = access.reader_of(request_actor(request))
        passage = access.get_passage(passage_id, reader)
        with tenant_scope(reader.organization_id):
            around = selectors.neighbours(passage)
        body = shapes.OpenedPassageSerializer(passage, context={"around": around}).data
        return Response(body)


class SearchView(KnowledgeView):
    @extend_schema(
        summary="The passages that answer a question best",
        parameters=[shapes.SearchQuerySerializer],
        responses=shapes.SearchResultSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = validated(shapes.SearchQuerySerializer, request.query_params)
        found = search.find_passages(
            question=asked["q"],
            reader=access.reader_of(request_actor(request)),
            limit=asked["limit"],
            category=asked.get("category"),
        )
        return Response(shapes.search_json(found))


def validated(shape: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    form = shape(data=data)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def incoming_of(new: Mapping[str, Any]) -> Incoming:
    """Return the validated fields of a document or a version as what came in."""
    return Incoming(
        content=upload_of(new["file"]) if "file" in new else new["content"],
        title=new.get("title", ""),
        category=new.get("category", ""),
        readers=services.NamedReaders(new.get("departments", ()), new.get("people", ())),
        external_id=new.get("external_id", ""),
        replaces=new.get("replace", False),
    )


def document_json(document: Document) -> dict[str, Any]:
    with tenant_scope(document.organization_id):
        body: dict[str, Any] = shapes.DocumentSerializer(document).data
    return body
