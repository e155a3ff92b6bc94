"""The API documents: Swagger UI, Redoc and the OpenAPI document, without inline scripts or foreign hosts."""

from functools import cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

# Redoc makes style elements: empty ones, filled through the object model, and one of its scroll bars.
_REDOC_STYLES = csp_update(
    {
        "style-src": [
            "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
            "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
        ]
    }
)


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    """Show the interface with a form for each operation."""
    return render(request, "docs/swagger.html")


@require_safe
@_REDOC_STYLES
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
