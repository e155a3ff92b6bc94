"""Django's own ASGI handler for everything that is not on the hot path, with a limit on the size of a body.

Django limits what it keeps in memory, not what it takes: without this, a body of any size fills the disk.
"""

import io
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpResponseBase
from django.utils import translation
from typing_extensions import override

from config.middleware import chosen_language
from config.problems import BodyTooLargeError, problem_of


class _TooLarge(io.BytesIO):
    """Stands for a body that was read to its end and thrown away, so that the client reads our answer."""


class StockHandler(ASGIHandler):
    @override
    async def read_body(self, receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> IO[bytes]:
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
            problem = problem_of(BodyTooLargeError(details={"max_bytes": settings.BODY_MAX_BYTES}))
        return None, problem.as_response()
