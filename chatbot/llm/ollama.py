"""Ollama by its native streaming interface, `POST /api/chat`: one JSON object per line."""

from typing import Any

from typing_extensions import override

from chatbot.llm.port import Piece, Prompt
from chatbot.llm.served import Reading, ServedModel, TimeLimits, counted, object_in, text_in


class Ollama(ServedModel):
    """A model served by Ollama; `num_ctx` is always sent, since the server's own default cuts long prompts
    silently."""

    chat_path = "/api/chat"
    health_path = "/api/tags"

    def __init__(
        self, *, base_url: str, model: str, num_ctx: int, time_limits: TimeLimits | None = None
    ) -> None:
        super().__init__(base_url=base_url, model=model, time_limits=time_limits)
        self._num_ctx = num_ctx

    @override
    def request_body(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "model": self.name,
            "stream": True,
            "messages": [{"role": message.role, "content": message.text} for message in prompt.messages],
            "options": {"num_ctx": self._num_ctx, "num_predict": prompt.max_tokens, "temperature": 0.2},
        }

    @override
    def reading(self) -> Reading:
        return _Lines()


class _Lines(Reading):
    @override
    def piece(self, lines: list[bytes]) -> Piece:
        bodies = [object_in(line) for line in lines]
        text = "".join(text_in(body.get("message")) for body in bodies)
        last = bodies[-1]
        if not last.get("done"):
            return Piece(text)
        self.complete = self.finished = True
        tokens = counted(last, prompt="prompt_eval_count", completion="eval_count")
        return Piece(text, tokens=tokens, is_cut=last.get("done_reason") == "length")
