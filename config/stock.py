"""Django's own ASGI handler for everything that is not on the hot path: views and middleware in a thread.

It differs in three things. Django limits what it keeps of a body, not what it takes; here none can grow on.
Django hops between loop and thread for every middleware; here there is one hop. Django starts a thread for
every request; here threads are kept for the next one.
"""

import io
import tempfile
from collections.abc import AsyncGenerator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from typing_extensions import override

from config import error_pages
from config.lean import Receive, Scope, Send
from config.middleware import chosen_language
from config.problems import BodyTooLargeError

KEPT_THREADS = 8


class _TooLarge(io.BytesIO):
    """Stands for a body that was read to its end and thrown away, so that the client reads our answer."""


class StockHandler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self._idle: list[ThreadPoolExecutor] = []

    @override
    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            if len(self._idle) < KEPT_THREADS:
                self._idle.append(thread)
            else:
                thread.shutdown(wait=False)

    @override
    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)

    @override
    async def send_response(self, response: HttpResponseBase, send: Send) -> None:
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _in_thread(cast("Iterator[bytes]", response.streaming_content))
        await super().send_response(response, send)

    @override
    async def read_body(self, receive: Receive) -> IO[bytes]:
        file = tempfile.SpooledTemporaryFile(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115  Django closes it
        length = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                file.close()
                raise RequestAborted
            length += len(message.get("body", b""))
            if length <= settings.BODY_MAX_BYTES:
                file.write(message.get("body", b""))
            if not message.get("more_body", False):
                break
        if length > settings.BODY_MAX_BYTES:
            file.close()
            return _TooLarge()
        file.seek(0)
        return file

    @override
    def create_request(
        self, scope: Mapping[str, Any], body_file: IO[bytes]
    ) -> tuple[ASGIRequest, None] | tuple[None, HttpResponseBase]:
        made = super().create_request(scope, body_file)
        if made[0] is None or not isinstance(body_file, _TooLarge):
            return made
        with translation.override(chosen_language(made[0])):
            return None, error_pages.answer(
                made[0], BodyTooLargeError(details={"max_bytes": settings.BODY_MAX_BYTES})
            )


async def _in_thread(pieces: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Read a file piece by piece off the event loop; Django would read all of it at once."""
    following = sync_to_async(lambda: next(pieces, None), thread_sensitive=True)
    while (piece := await following()) is not None:
        yield piece
