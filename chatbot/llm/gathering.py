"""A transport of httpx for streams of small pieces: what has gathered on the wire is read and handed over at
once.

httpx's own hands over every chunk of the transfer coding by itself, so that a pause between two reads holds
the stream up instead of letting it gather, and every token pays for a read. Here nothing is read while nobody
asks, the kernel keeps it, and the next read takes all there is. Each request has a connection of its own: an
answer's is closed when the answer is complete, whatever the server might still say.
"""

import asyncio
import math
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httptools
import httpx
from typing_extensions import override

_PORTS = {"http": 80, "https": 443}


class GatheringTransport(httpx.AsyncBaseTransport):
    """Keeps the `connect` timeout of a request and, between the reads of a body, its `read` timeout; how long
    to wait for the response and the first of its body says who waits for it."""

    def __init__(self, verify: ssl.SSLContext) -> None:
        self._verify = verify

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._connected(request)
        response.patience = request.extensions["timeout"]["read"]
        try:
            response.send(_head_of(request) + await request.aread())
            await response.begun()
        except BaseException:
            await response.aclose()
            raise
        return httpx.Response(response.status, headers=response.headers, stream=response)

    async def _connected(self, request: httpx.Request) -> "_Response":
        url, seconds = request.url, request.extensions["timeout"]["connect"]
        try:
            async with asyncio.timeout(seconds):
                _transport, response = await asyncio.get_running_loop().create_connection(
                    _Response,
                    url.raw_host.decode("ascii").strip("[]"),
                    url.port or _PORTS[url.scheme],
                    ssl=self._verify if url.scheme == "https" else None,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection in time") from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        return response


class _Response(asyncio.Protocol, httpx.AsyncByteStream):
    """One response: `status` and `headers` once it has `begun`, then the body as it comes.

    One timer looks whether the body stood still for longer than `patience`, in seconds; reads set none.
    """

    def __init__(self) -> None:
        self.patience = math.inf
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._parser = httptools.HttpResponseParser(self)
        self._arrived: asyncio.Future[None] | None = None
        self._waits_since = math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._body: list[bytes] = []
        self._has_ended = False
        self._failure: httpx.TransportError | None = None

    def send(self, data: bytes) -> None:
        self._transport.write(data)

    async def begun(self) -> None:
        """Wait for the head; raises httpx.TransportError."""
        while not self.status and not self._has_ended:
            await self._next_read()
        if self._failure is not None:
            raise self._failure

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._body or not self._has_ended:
            if not self._body:
                await self._next_read()
            if self._body:
                read, self._body = b"".join(self._body), []
                yield read
                self._be_patient()
        if self._failure is not None:
            raise self._failure

    @override
    async def aclose(self) -> None:
        self._transport.abort()
        if self._timer is not None:
            self._timer.cancel()

    async def _next_read(self) -> None:
        loop = asyncio.get_running_loop()
        self._arrived, self._waits_since = loop.create_future(), loop.time()
        self._transport.resume_reading()
        try:
            await self._arrived
        finally:
            self._waits_since = math.inf
            self._transport.pause_reading()

    def _be_patient(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.patience, self._look)

    def _look(self) -> None:
        left = self._waits_since + self.patience - asyncio.get_running_loop().time()
        if left <= 0 and self._arrived is not None and not self._arrived.done():
            self._arrived.set_exception(httpx.ReadTimeout("the body stood still"))
        else:
            again = min(max(left, 0.0), self.patience)
            self._timer = asyncio.get_running_loop().call_later(again, self._look)

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    # What asyncio calls.

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.pause_reading()

    @override
    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._end(httpx.RemoteProtocolError(str(error)))
        self._wake()

    @override
    def connection_lost(self, error: Exception | None) -> None:
        names = {name.lower() for name, _value in self.headers}
        if not self.status or names & {b"content-length", b"transfer-encoding"}:
            self._end(httpx.RemoteProtocolError("the connection ended before the response"))
        else:  # without either, the end of the connection is the end of the body
            self._end()
        self._wake()

    def _end(self, failure: httpx.TransportError | None = None) -> None:
        if not self._has_ended:
            self._has_ended, self._failure = True, failure

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < httpx.codes.OK:  # an interim response: the one that counts follows
            self.headers.clear()
        else:
            self.status = status

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self.status:
            self._end()


def _head_of(request: httpx.Request) -> bytes:
    lines = [b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%s: %s" % header for header in request.headers.raw]
    return b"\r\n".join([*lines, b"", b""])
