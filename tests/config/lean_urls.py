"""Addresses for the tests of the lean handler."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils.translation import get_language, gettext
from rest_framework import serializers

from config.kernel.errors import NotFoundError, TooManyRequestsError

handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"
events: list[str] = []


async def echo(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"length": len(request.body), "language": get_language(), "word": gettext("Yes")})


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncGenerator[str, None]:
        try:
            for number in range(1000):
                yield f"{number};"
                await asyncio.sleep(0)
        finally:
            events.append("closed")

    return StreamingHttpResponse(pieces(), content_type="text/plain")


async def endless(request: HttpRequest) -> HttpResponse:
    events.append("waiting")
    try:
        await asyncio.Event().wait()
    finally:
        events.append("released")
    return HttpResponse()


async def missing(request: HttpRequest, name: str = "") -> HttpResponse:
    raise NotFoundError


async def busy(request: HttpRequest) -> HttpResponse:
    raise TooManyRequestsError(retry_after=7)


async def invalid(request: HttpRequest) -> HttpResponse:
    class Form(serializers.Serializer[Any]):
        name = serializers.CharField()

    Form(data={}).is_valid(raise_exception=True)
    return HttpResponse()


async def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def synchronous(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("api/echo", echo, name="echo"),
    path("api/stream", stream),
    path("api/endless", endless),
    path("api/missing/<str:name>", missing),
    path("api/busy", busy),
    path("api/invalid", invalid),
    path("api/broken", broken),
    path("api/synchronous", synchronous),
    path("page/missing", missing),
]
