"""Server-sent events: the frames of the socket, one `data:` line each, with `id:` as the position to
resume from."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from django.http import StreamingHttpResponse

from chatbot.protocol import Error, encode
from chatbot.streams.port import Entry
from config.kernel.errors import DomainError

HEARTBEAT = b": waiting\n\n"


def event_stream(events: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """Return the response that sends `events` as they come and is buffered by nobody."""
    headers = {"Cache-Control": "no-store, private", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream; charset=utf-8", headers=headers)


def data_event(text: str, *, seq: int | None = None) -> bytes:
    """Return one event; `text` is a single line of JSON."""
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}data: {text}\n\n".encode()


async def until_refused(events: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield the events; where the reader loses the right to them, an `error` instead of those that follow."""
    async with aclosing(events):
        try:
            async for event in events:
                yield event
        except DomainError as error:
            yield data_event(encode(Error(error.code, str(error.message))))


async def entry_events(entries: AsyncGenerator[Entry | None, None]) -> AsyncGenerator[bytes, None]:
    """Yield the log's entries as events, with a comment now and then while nothing else comes."""
    async with aclosing(entries):
        async for entry in entries:
            yield HEARTBEAT if entry is None else data_event(entry.text, seq=entry.seq)
