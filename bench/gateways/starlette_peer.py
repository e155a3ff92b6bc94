"""The plain peer: relays Ollama's lines as server-sent events, with httpx. Runs in the peers' environment."""

import json
import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.applications import Starlette  # type: ignore[import-not-found,unused-ignore]
from starlette.requests import Request  # type: ignore[import-not-found,unused-ignore]
from starlette.responses import StreamingResponse  # type: ignore[import-not-found,unused-ignore]
from starlette.routing import Route  # type: ignore[import-not-found,unused-ignore]

client = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=None))


async def chat(request: Request) -> StreamingResponse:
    question: Any = await request.json()
    return StreamingResponse(relayed(question), media_type="text/event-stream")


async def relayed(question: Any) -> AsyncIterator[str]:
    async with client.stream("POST", f"{os.environ['OLLAMA_URL']}/api/chat", json=question) as response:
        async for line in response.aiter_lines():
            text = json.loads(line)["message"]["content"]
            chunk = {"choices": [{"delta": {"content": text}}]}
            yield f"data: {json.dumps(chunk)}\n\n"
    yield "data: [DONE]\n\n"


app = Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])])
