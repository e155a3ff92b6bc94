"""The API documents: Swagger UI, Redoc and the OpenAPI document, without inline scripts or foreign hosts."""

from functools import cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

_INLINE_STYLES = csp_update({"style-src": ["'unsafe-inline'"]})  # type: ignore[no-untyped-call]


@require_safe
@_INLINE_STYLES
def swagger(request: HttpRequest) -> HttpResponse:
    """Show the interface with a form for each operation."""
    return render(request, "docs/swagger.html")


@require_safe
@_INLINE_STYLES
def redoc(request: HttpRequest) -> HttpResponse:
    """Show the interface as a page to read."""
    return render(request, "docs/redoc.html")


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document, made once for each language."""
    return JsonResponse(_document(get_language()), json_dumps_params={"ensure_ascii": False})


@cache
def _document(_language: str) -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator  # only those who read the documents pay for it

    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    document: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return document
