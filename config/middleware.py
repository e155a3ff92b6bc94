"""Middleware for both handlers: each step is written once and runs in a thread or on the event loop without a hop."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from config import cors, error_pages, metrics
from config.kernel.errors import InvalidInputError
from config.paths import is_api
from config.problems import problem_of

Responder = Callable[[HttpRequest], Any]


class Around:
    """A step before and a step after the view, neither of which waits for anything.

    `before` may answer at once; `after` sees every response and the value that `before` left on the request.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._acall(request)
        response = self.before(request)
        if response is None:
            response = cast("HttpResponseBase", self.get_response(request))
        return self.after(request, response)

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        response = self.before(request)
        if response is None:
            response = cast("HttpResponseBase", await self.get_response(request))
        return self.after(request, response)

    def before(self, request: HttpRequest) -> HttpResponseBase | None:  # noqa: ARG002  a hook
        return None

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002  a hook
        return response


class RequestMetricsMiddleware(Around):
    """Count and time every request."""

    def before(self, request: HttpRequest) -> None:
        request.__dict__["started_at"] = time.perf_counter()

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        metrics.observe(request, response, time.perf_counter() - request.__dict__["started_at"])
        return response


class NulGuardMiddleware(Around):
    """Refuse a NUL in the address: databases and file systems answer it with an exception."""

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        if "\0" not in request.path_info and "%00" not in request.META["QUERY_STRING"]:
            return None
        problem = problem_of(InvalidInputError())
        return problem.as_response() if problem else None


class LanguageMiddleware(Around):
    """Choose the language of the words.

    Programs choose by `Accept-Language`. Pages are in Hebrew until a person chooses otherwise: the language of the
    browser says little in an office whose computers came in English.
    """

    def before(self, request: HttpRequest) -> None:
        chosen = _accepted(request) if is_api(request.path_info) else _kept(request)
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        translation.deactivate()
        return response


class CorsMiddleware(Around):
    """Admit the exact list of foreign origins."""

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        return cors.preflight(request)

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        cors.add_headers(request, response)
        return response


class PrivateMiddleware(Around):
    """Keep every dynamic response out of shared and browser caches, unless the view says otherwise."""

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class RefusalMiddleware:
    """Turn a refusal that a synchronous view raised into a page or into JSON."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return error_pages.refusal(request, error)


def _accepted(request: HttpRequest) -> str:
    header = request.headers.get("Accept-Language", "")
    for code, _ in translation.trans_real.parse_accept_lang_header(header.lower()):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return cast("str", settings.LANGUAGE_CODE)


def _kept(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if translation.check_for_language(chosen) and chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
