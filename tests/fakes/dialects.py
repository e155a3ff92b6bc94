"""How Ollama says one and the same answer at its two addresses."""

import json
from dataclasses import dataclass
from typing import Any

PROMPT_TOKENS = 11


@dataclass(frozen=True, slots=True)
class Native:
    """One JSON object for each line."""

    kind: str = "application/x-ndjson"

    def piece(self, text: str) -> bytes:
        return _line({"model": "m", "message": {"role": "assistant", "content": text}, "done": False})

    def failure(self) -> bytes:
        return _line({"error": "out of memory"})

    def end(self, pieces: int, reason: str) -> bytes:
        said = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True}
        counts = {"prompt_eval_count": PROMPT_TOKENS, "eval_count": pieces}
        return _line({**said, "done_reason": reason, **counts})


@dataclass(frozen=True, slots=True)
class Compatible:
    """One server-sent event for each object."""

    kind: str = "text/event-stream"

    def piece(self, text: str) -> bytes:
        return self._event({"role": "assistant", "content": text})

    def failure(self) -> bytes:
        return b"data: " + _line({"error": {"message": "out of memory", "type": "api_error"}}) + b"\n"

    def end(self, pieces: int, reason: str) -> bytes:
        total = PROMPT_TOKENS + pieces
        usage = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": pieces, "total_tokens": total}
        counted = b"data: " + _line({**_CHUNK, "choices": [], "usage": usage}) + b"\n"
        return self._event({"role": "assistant", "content": ""}, reason) + counted + b"data: [DONE]\n\n"

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return b"data: " + _line({**_CHUNK, "choices": [choice]}) + b"\n"


Dialect = Native | Compatible
DIALECTS: dict[str, Dialect] = {"/api/chat": Native(), "/v1/chat/completions": Compatible()}
_CHUNK = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}


def _line(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode() + b"\n"
