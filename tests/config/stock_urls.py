"""Addresses for the tests of the stock handler."""

import io

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import get_language

from config.kernel.errors import NotAuthenticatedError, NotFoundError

handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"


def echo(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"length": len(request.body)})


def missing(request: HttpRequest) -> HttpResponse:
    raise NotFoundError


def private(request: HttpRequest) -> HttpResponse:
    raise NotAuthenticatedError


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def language(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_language() or "")


def cached(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Cache-Control": "max-age=60"})


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"x" * 200_000))


urlpatterns = [
    path("api/echo", echo),
    path("api/missing", missing),
    path("api/broken", broken),
    path("page/missing", missing),
    path("page/private", private),
    path("page/broken", broken),
    path("page/language", language),
    path("page/cached", cached),
    path("page/file", file),
]
