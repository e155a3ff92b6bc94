"""The handler of the hot path: fully asynchronous views without a thread.

Django's own ASGI handler opens a thread for every request: its synchronous signal receivers and middleware
need one. This one keeps Django's request, resolver, views and responses, and leaves out the thread context,
the request signals and every `MiddlewareMixin`; the steps below do what those would have done. Views served
here are coroutine functions that reach the database through `config.kernel.database.in_database` alone.
"""

import asyncio
import io
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.handlers.exception import response_for_exception
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import set_script_prefix
from django.utils import translation
from typing_extensions import override

from chatbot import elsewhere
from config.middleware import (
    CorsMiddleware,
    HostMiddleware,
    NulGuardMiddleware,
    PrivateMiddleware,
    RequestMetricsMiddleware,
    SameOriginMiddleware,
    SecurityHeadersMiddleware,
    chosen_language,
)
from config.problems import BodyTooLargeError, problem_of

logger = logging.getLogger(__name__)

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
View = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

STEPS = (
    RequestMetricsMiddleware,
    SecurityHeadersMiddleware,
    PrivateMiddleware,
    NulGuardMiddleware,
    HostMiddleware,
    CorsMiddleware,
    SameOriginMiddleware,
)


class LeanRequest(ASGIRequest):
    """A request whose body was read before the view is called; `body_too_large` when it was cut off."""

    body_too_large = False


class LeanHandler(ASGIHandler):
    """Serve the addresses of `config.paths.LEAN_PATHS`."""

    request_class = LeanRequest

    @override
    def load_middleware(self, is_async: bool = True) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        chain: Any = self._answer
        for step in reversed(STEPS):
            chain = step(chain)
        self._middleware_chain = chain

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read(receive, settings.LEAN_BODY_MAX_BYTES)
        except RequestAborted:
            return
        set_script_prefix(get_script_prefix(scope))
        request, refusal = self.create_request(scope, io.BytesIO(body or b""))
        if not isinstance(request, LeanRequest):
            await self.send_response(refusal or HttpResponseBadRequest(), send)
            return
        request.body_too_large = body is None
        with translation.override(chosen_language(request), deactivate=True):
            async with _while_connected(receive):
                await self._serve(request, send)

    async def _serve(self, request: LeanRequest, send: Send) -> None:
        response = await cast("View", self._middleware_chain)(request)
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        try:
            if isinstance(response, StreamingHttpResponse) and response.is_async:
                await _stream(response, send)
            else:
                if isinstance(response, HttpResponse):
                    response.headers.setdefault("Content-Length", str(len(response.content)))
                await self.send_response(response, send)
        finally:
            # Not response.close(): it sends request_finished, whose receivers belong to database threads.
            for close in response._resource_closers:  # type: ignore[attr-defined]
                close()
            request.close()

    async def _answer(self, request: LeanRequest) -> HttpResponseBase:
        """Call the view; whatever it raises becomes a response here."""
        try:
            return await self._call_view(request)
        except Exception as error:  # noqa: BLE001  the edge of the process: anything else would drop the connection
            problem = problem_of(error)
            if problem is not None:
                return elsewhere.mark(problem.as_response(), request, error)
            return response_for_exception(request, error)

    async def _call_view(self, request: LeanRequest) -> HttpResponseBase:
        view, args, kwargs = self.resolve_request(request)
        if not iscoroutinefunction(view):
            raise ImproperlyConfigured(
                f"{request.path_info} is a lean path, but its view is not a coroutine function"
            )
        if request.body_too_large:
            raise BodyTooLargeError(details={"max_bytes": settings.LEAN_BODY_MAX_BYTES})
        response = cast("HttpResponseBase", await view(request, *args, **kwargs))
        self.check_response(response, view)
        return response


async def _read(receive: Receive, limit: int) -> bytes | None:
    """Return the body; None when it is longer than `limit`. Raises RequestAborted when the client left."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        length += len(message.get("body", b""))
        if length <= limit:
            parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts) if length <= limit else None


@asynccontextmanager
async def _while_connected(receive: Receive) -> AsyncGenerator[None, None]:
    """Cancel the block when the client leaves, and swallow that cancellation alone."""
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    gone = False

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        task.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if not gone or task.uncancel() > 0:
            raise
    finally:
        watcher.cancel()


async def _stream(response: StreamingHttpResponse, send: Send) -> None:
    """Send the pieces as they come, and close the view's generator at once when the client leaves.

    Django wraps the generator twice; closing the wrapper would leave the generator to the garbage collector.
    """
    await send({"type": "http.response.start", "status": response.status_code, "headers": _headers(response)})
    source = cast("AsyncGenerator[str | bytes, None]", response._iterator)  # type: ignore[attr-defined]
    async with aclosing(source) as pieces:
        async for piece in pieces:
            await send({"type": "http.response.body", "body": response.make_bytes(piece), "more_body": True})
    await send({"type": "http.response.body"})


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [(b"Set-Cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()]
    return headers + cookies
