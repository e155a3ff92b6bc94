"""One OpenAPI document for everything that programs use.

DRF views describe themselves. The asynchronous views of the lean handler cannot, so their apps describe them
by views that exist for the document alone: `LEAN_DOCUMENTS` names lists of `(path, method, view class)`.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from django.utils.module_loading import import_string
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import override

LEAN_DOCUMENTS = ("config.openapi.HEALTH", "config.chat_documents.DOCUMENTS")
Endpoint: TypeAlias = tuple[str, str, str, Any]
Document: TypeAlias = tuple[str, str, type[APIView]]
_PREFIX = "/api/v1/"
_PROBLEM = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string", "description": "Stable; programs decide by it."},
        "message": {"type": "string", "description": "For people, by Accept-Language in Hebrew or English."},
        "details": {"type": "object", "additionalProperties": True},
        "retry_after": {"type": "integer", "description": "Seconds."},
    },
}


class Schema(AutoSchema):
    """Names and groups operations by resource; the unversioned twins get names of their own."""

    @override
    def get_operation_id(self) -> str:
        name: str = super().get_operation_id()
        if self.method == "GET" and self.path.endswith("s"):  # a collection is named in the plural
            name = name.removesuffix("retrieve").removesuffix("list") + "list"
        return name if self.path.startswith(_PREFIX) else f"root_{name}"

    @override
    def get_tags(self) -> list[str]:
        return [self.path.removeprefix(_PREFIX).removeprefix("/api").strip("/").split("/")[0] or "chat"]


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer` with the access token of `/login` or an API key."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    @override
    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def with_lean_views(endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """Add the addresses of the lean handler to those that DRF's resolver found."""
    documents: list[Document] = [document for name in LEAN_DOCUMENTS for document in import_string(name)]
    lean = [(path, path, method, view.as_view()) for path, method, view in documents]
    return [*endpoints, *lean]


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say once what every refusal looks like."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"].setdefault("default", {"description": "A refusal.", "content": content})
    return result


class HealthSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["ok", "degraded", "down"])
    version = serializers.CharField()
    services = serializers.DictField(child=serializers.CharField(), help_text="ok, degraded, down or off")


class ProbeSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()


class _Open(APIView):
    authentication_classes = ()
    permission_classes = ()


class HealthDocument(_Open):
    @extend_schema(responses=HealthSerializer, summary="The services and how they are")
    def get(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class LiveDocument(_Open):
    @extend_schema(responses=ProbeSerializer, summary="The process is alive")
    def get(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class ReadyDocument(_Open):
    @extend_schema(
        responses={200: ProbeSerializer, 503: ProbeSerializer}, summary="The process may get traffic"
    )
    def get(self, request: Request) -> Response: ...  # type: ignore[empty-body]


HEALTH = (
    ("/api/health", "GET", HealthDocument),
    ("/health/live", "GET", LiveDocument),
    ("/health/ready", "GET", ReadyDocument),
)
