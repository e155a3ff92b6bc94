"""Server-sent events: the frames of the socket, one `data:` line each, with `id:` as the position to
resume from."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from django.http import StreamingHttpResponse

from chatbot.streams.port import Entry

# Shorter than the idle timeouts of usual proxies.
HEARTBEAT_SECONDS = 15.0
_HEARTBEAT = b": waiting\n\n"


def event_stream(events: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """Return the response that sends `events` as they come and is buffered by nobody."""
    headers = {"Cache-Control": "no-store, private", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream; charset=utf-8", headers=headers)


def data_event(text: str, *, seq: int | None = None) -> bytes:
    """Return one event; `text` is a single line of JSON."""
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}data: {text}\n\n".encode()


async def entry_events(entries: AsyncGenerator[Entry, None]) -> AsyncGenerator[bytes, None]:
    """Yield the log's entries as events, with a comment now and then while nothing else comes."""
    async with aclosing(with_heartbeat(entries)) as beats:
        async for entry in beats:
            yield _HEARTBEAT if entry is None else data_event(entry.text, seq=entry.seq)


async def with_heartbeat(entries: AsyncGenerator[Entry, None]) -> AsyncGenerator[Entry | None, None]:
    """Yield the entries, and None whenever HEARTBEAT_SECONDS passed without one."""
    async with aclosing(entries):
        upcoming: asyncio.Task[Entry] | None = None
        try:
            while True:
                upcoming = upcoming or asyncio.ensure_future(anext(entries))
                await asyncio.wait({upcoming}, timeout=HEARTBEAT_SECONDS)
                if not upcoming.done():
                    yield None
                    continue
                try:
                    entry = upcoming.result()
                except StopAsyncIteration:
                    return
                finally:
                    upcoming = None
                yield entry
        finally:
            if upcoming is not None:
                upcoming.cancel()
                await asyncio.wait({upcoming})
