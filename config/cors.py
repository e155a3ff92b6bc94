"""Cross-origin calls from an exact list of origins, with bearer tokens only: cookies never cross."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from config.paths import is_api

_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": ", ".join(
        ("Accept-Language", "Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID")
    ),
    "Access-Control-Max-Age": "600",
}
_EXPOSED = "Content-Disposition, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"


def preflight(request: HttpRequest) -> HttpResponse | None:
    """Answer a preflight of an allowed origin; None for everything else."""
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if not (asks and _allowed_origin(request)):
        return None
    return HttpResponse(status=204, headers=_ALLOWED)


def add_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the page of an allowed origin read the response."""
    if not (settings.CORS_ALLOWED_ORIGINS and is_api(request.path_info)):
        return
    patch_vary_headers(response, ["Origin"])
    origin = _allowed_origin(request)
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = _EXPOSED


def _allowed_origin(request: HttpRequest) -> str | None:
    origin = request.headers.get("Origin")
    return origin if origin in settings.CORS_ALLOWED_ORIGINS and is_api(request.path_info) else None
