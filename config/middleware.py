"""Middleware for both handlers: written once, run in a thread or on the event loop, without a hop."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from config import cors, error_pages, metrics
from config.kernel.errors import InvalidInputError
from config.paths import PROBE_PATHS, is_api
from config.problems import CsrfFailedError, UnknownHostError, problem_of

Responder = Callable[[HttpRequest], Any]
_compressor = GZipMiddleware(lambda _request: HttpResponse())
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


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
        with translation.override(chosen_language(request)):  # nothing has activated it yet
            return error_pages.answer(request, InvalidInputError())


class LanguageMiddleware(Around):
    """Speak the language of `chosen_language` while the view runs."""

    def before(self, request: HttpRequest) -> None:
        translation.activate(chosen_language(request))

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
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


class CompressionMiddleware(Around):
    """Send pages compressed. Pages alone: streams must flow, and files have been compressed before.

    What a page holds cannot be guessed from its size: its token is masked anew each time, its length blurred.
    """

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "") if isinstance(response, HttpResponse) else ""
        if not kind.startswith("text/html"):
            return response
        return _compressor.process_response(request, response)


class HostMiddleware(Around):
    """Refuse an unknown host name; probes and scrapers come by address, so theirs is not asked."""

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.path_info in PROBE_PATHS:
            return None
        try:
            request.get_host()
        except DisallowedHost:
            return problem_of(UnknownHostError()).as_response()
        return None


class SameOriginMiddleware(Around):
    """Refuse a change that a foreign page asks for with a person's cookie (lean views have no CSRF token)."""

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        by_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES and "Authorization" not in request.headers
        if request.method in _SAFE_METHODS or not by_cookie or not _is_foreign(request):
            return None
        return problem_of(CsrfFailedError()).as_response()


class SecurityHeadersMiddleware(Around):
    """The headers that Django's and django-csp's middleware set on the stock path."""

    def __init__(self, get_response: Responder) -> None:
        super().__init__(get_response)
        self.headers = _policy()

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"
            )
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


def chosen_language(request: HttpRequest) -> str:
    """Return the language of the words for this request.

    Programs choose by `Accept-Language`. Pages are in Hebrew until a person chooses otherwise: the browser's
    language says little in an office whose computers came in English.
    """
    wanted = (
        _accepted(request)
        if is_api(request.path_info)
        else [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)]
    )
    known = dict(settings.LANGUAGES)
    return next((code for code in wanted if code in known), settings.LANGUAGE_CODE)


def _accepted(request: HttpRequest) -> list[str]:
    """Return the primary tags of `Accept-Language`, the most wanted first."""
    header = request.headers.get("Accept-Language", "").lower()
    return [tag.split("-")[0] for tag, _quality in parse_accept_lang_header(header)]


def _policy() -> dict[str, str]:
    """Return the headers that Django's and django-csp's middleware would set."""
    return {
        "Content-Security-Policy": build_policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }


def _is_foreign(request: HttpRequest) -> bool:
    """Return whether a browser sent the request from another site's page."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}
    return origin not in settings.ALLOWED_ORIGINS and origin != f"{request.scheme}://{request.get_host()}"
