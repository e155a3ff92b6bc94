"""What the models behind HTTP have in common: one streaming request, its time limits, its failures."""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from chatbot.llm.gathering import GatheringTransport
from chatbot.llm.pacing import ReadPace
from chatbot.llm.port import ModelTimeoutError, ModelUnavailableError, Piece, Prompt, TokenCount

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds. The first piece may take as long as loading a model; the others must keep coming."""

    connect: float = 2.0
    first: float = 30.0
    idle: float = 20.0
    total: float = 180.0
    health: float = 1.0


class Reading(ABC):
    """The reading of one answer: `finished` when the answer is whole, `complete` when nothing follows it."""

    finished = False
    complete = False

    @abstractmethod
    def piece(self, lines: list[bytes]) -> Piece:
        """Return what the lines of one network read say together; ValueError for what is no answer."""


class ServedModel(ABC):
    """A model behind a streaming HTTP interface; an adapter says what is asked and how lines are read."""

    continues = True
    chat_path: ClassVar[str]
    health_path: ClassVar[str]

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        headers: Mapping[str, str] | None = None,
        time_limits: TimeLimits | None = None,
    ) -> None:
        self.name = model
        self._limits = time_limits or TimeLimits()
        trusted = httpx.create_ssl_context(trust_env=False)
        about: dict[str, Any] = {"base_url": base_url, "headers": headers, "trust_env": False}
        self._client = httpx.AsyncClient(**about, verify=trusted, timeout=self._limits.health)
        self._streams = httpx.AsyncClient(
            **about,
            transport=GatheringTransport(trusted),
            timeout=httpx.Timeout(self._limits.connect, read=self._limits.idle),
        )

    @abstractmethod
    def request_body(self, prompt: Prompt) -> dict[str, Any]:
        """Return the JSON that asks for the answer as a stream."""

    @abstractmethod
    def reading(self) -> Reading:
        """Return what reads one answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        pace, reading = ReadPace(), self.reading()
        with _failures():
            async with (
                asyncio.timeout(self._limits.total),
                self._asked(prompt) as response,
                aclosing(self._batches(response)) as batches,
            ):
                async for lines in batches:
                    yield reading.piece(lines)
                    if reading.complete:
                        return
                    await asyncio.sleep(pace.window(len(lines)))
        if not reading.finished:
            raise ModelUnavailableError(details={"reason": "stream_cut"})

    async def is_healthy(self) -> bool:
        try:
            response = await self._client.get(self.health_path)
        except httpx.HTTPError:
            return False
        return response.is_success

    async def aclose(self) -> None:
        await self._client.aclose()
        await self._streams.aclose()

    @asynccontextmanager
    async def _asked(self, prompt: Prompt) -> AsyncGenerator[httpx.Response, None]:
        """Yield the response whose body is the answer."""
        request = self._streams.build_request(
            "POST",
            self.chat_path,
            json=self.request_body(prompt),
            headers={"Accept-Encoding": "identity", "Connection": "close"},
        )
        async with asyncio.timeout(self._limits.first):
            response = await self._streams.send(request, stream=True)
        async with aclosing(response):
            yield response.raise_for_status()

    async def _batches(self, response: httpx.Response) -> AsyncGenerator[list[bytes], None]:
        """Yield the lines of each network read together, without empty ones."""
        chunks, rest = response.aiter_bytes(), b""
        async with asyncio.timeout(self._limits.first):
            chunk = await anext(chunks, None)
        while chunk is not None:
            *lines, rest = (rest + chunk).split(b"\n")
            if lines := [line for line in lines if line.strip()]:
                yield lines
            chunk = await anext(chunks, None)
        if rest.strip():
            yield [rest]


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what goes wrong on the wire into the words of the port."""
    try:
        yield
    except (TimeoutError, httpx.TimeoutException) as error:
        raise ModelTimeoutError from error
    except httpx.HTTPStatusError as error:
        logger.warning("model refused", extra={"status": error.response.status_code})
        raise ModelUnavailableError from error
    except (httpx.HTTPError, ValueError) as error:
        raise ModelUnavailableError from error


def text_in(message: Any) -> str:
    """Return the `content` of a message or of a part of one; nothing for what is neither."""
    content = message.get("content") if isinstance(message, dict) else None
    return content if isinstance(content, str) else ""


def object_in(data: bytes) -> dict[str, Any]:
    """Return the JSON object; raise ValueError for anything else and for an error that the model reports."""
    body = json.loads(data)
    if not isinstance(body, dict) or body.get("error"):
        raise ValueError("the model reported an error")
    return body


def counted(counts: Mapping[str, Any], *, prompt: str, completion: str) -> TokenCount:
    """Return the counts under these two names; 0 for what is missing or no number."""
    values = [counts.get(name) for name in (prompt, completion)]
    return TokenCount(*(value if isinstance(value, int) else 0 for value in values))
