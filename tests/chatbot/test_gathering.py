"""How a model's stream is read off the wire: what has come together is handed over together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from chatbot.llm.gathering import GatheringTransport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def answered_by(*writes: bytes) -> AsyncIterator[httpx.Response]:
    """Yield the response of a server that writes these bytes and closes the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for data in writes:
            writer.write(data)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    transport = GatheringTransport(httpx.create_ssl_context(trust_env=False))
    async with (
        server,
        httpx.AsyncClient(transport=transport, timeout=5) as client,
        client.stream("GET", url) as response,
    ):
        yield response


async def reads_of(response: httpx.Response) -> list[bytes]:
    return [read async for read in response.aiter_raw()]


async def test_chunks_that_came_together_are_one_read() -> None:
    chunks = b"".join(b"2\r\n%x\n\r\n" % number for number in range(10)) + b"0\r\n\r\n"
    async with answered_by(CHUNKED + chunks) as response:
        assert await reads_of(response) == [b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"]


@pytest.mark.parametrize(
    "response",
    [
        CHUNKED + b"5\r\nhello\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 5\r\n\r\nhello",
        HEAD + b"\r\nhello",  # ends with its connection
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\nhello",
    ],
)
async def test_every_form_of_a_body_is_read_to_its_end(response: bytes) -> None:
    async with answered_by(response) as answer:
        assert b"".join(await reads_of(answer)) == b"hello"
        assert answer.headers["content-type"] == "text/plain"
        assert "link" not in answer.headers


@pytest.mark.parametrize(
    "said",
    [
        CHUNKED + b"9\r\nhel",
        CHUNKED + b"no length",
        HEAD + b"Content-Length: 9\r\n\r\nhel",
        HEAD,
        b"no HTTP at all\r\n\r\n",
        b"",
    ],
)
async def test_what_is_cut_or_no_response_is_a_failure(said: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        async with answered_by(said) as answer:
            await reads_of(answer)
