"""Ollama by its native streaming interface, `POST /api/chat`: one JSON object per line."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx

from chatbot.llm.pacing import ReadPace
from chatbot.llm.port import ModelTimeoutError, ModelUnavailableError, Piece, Prompt, TokenCount

CONNECT_SECONDS = 2.0
FIRST_TOKEN_SECONDS = 30.0
IDLE_SECONDS = 20.0
TOTAL_SECONDS = 180.0
HEALTH_SECONDS = 1.0


class Ollama:
    """A model served by Ollama; `num_ctx` is always sent, since the server's own default cuts long prompts
    silently."""

    def __init__(
        self, *, base_url: str, model: str, num_ctx: int, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.name = model
        self._num_ctx = num_ctx
        self._client = httpx.AsyncClient(
            base_url=base_url,
            timeout=httpx.Timeout(FIRST_TOKEN_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            transport=transport,
            trust_env=False,
        )

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        pace = ReadPace()
        try:
            async with (
                asyncio.timeout(TOTAL_SECONDS),
                self._response(prompt) as response,
                aclosing(_batches(response)) as batches,
            ):
                async for batch in batches:
                    yield _piece(batch)
                    if batch[-1].get("done"):
                        return
                    await asyncio.sleep(pace.window(len(batch)))
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ModelTimeoutError from error
        except (httpx.HTTPError, ValueError) as error:
            raise ModelUnavailableError from error
        raise ModelUnavailableError(details={"reason": "stream_cut"})

    @asynccontextmanager
    async def _response(self, prompt: Prompt) -> AsyncIterator[httpx.Response]:
        body = {
            "model": self.name,
            "stream": True,
            "messages": [{"role": message.role, "content": message.text} for message in prompt.messages],
            "options": {"num_ctx": self._num_ctx, "num_predict": prompt.max_tokens, "temperature": 0.2},
        }
        async with self._client.stream("POST", "/api/chat", json=body) as response:
            response.raise_for_status()
            yield response

    async def is_healthy(self) -> bool:
        try:
            response = await self._client.get("/api/tags", timeout=HEALTH_SECONDS)
        except httpx.HTTPError:
            return False
        return response.is_success

    async def aclose(self) -> None:
        await self._client.aclose()


async def _batches(response: httpx.Response) -> AsyncGenerator[list[dict[str, Any]], None]:
    """Yield the objects of each network read together.

    The first may take as long as loading a model, the others must keep coming.
    """
    chunks = response.aiter_bytes()
    rest = b""
    seconds = FIRST_TOKEN_SECONDS
    while True:
        try:
            async with asyncio.timeout(seconds):  # `wait_for` of Python 3.11 can lose a cancellation
                chunk = await anext(chunks)
        except StopAsyncIteration:
            chunk, seconds = b"\n", 0.0
        *lines, rest = (rest + chunk).split(b"\n")
        if batch := [_object(line) for line in lines if line.strip()]:
            yield batch
        if not seconds:
            return
        seconds = IDLE_SECONDS


def _object(line: bytes) -> dict[str, Any]:
    body = json.loads(line)
    if not isinstance(body, dict) or "error" in body:
        raise ValueError("the model reported an error")
    return body


def _piece(batch: list[dict[str, Any]]) -> Piece:
    messages = [body.get("message") for body in batch]
    text = "".join(str(message.get("content") or "") for message in messages if isinstance(message, dict))
    last = batch[-1]
    if not last.get("done"):
        return Piece(text)
    return Piece(
        text, tokens=TokenCount(int(last.get("prompt_eval_count", 0)), int(last.get("eval_count", 0)))
    )
