"""vLLM, llama.cpp and other servers of OpenAI's interface: `chat/completions` as server-sent events."""

from typing import Any

from typing_extensions import override

from chatbot.llm.port import Piece, Prompt, TokenCount
from chatbot.llm.served import Reading, ServedModel, TimeLimits, counted, object_in, text_in

_DATA = b"data:"
_END = b"[DONE]"


class OpenAICompatible(ServedModel):
    """`base_url` ends before `/chat/completions`, as in `http://vllm:8000/v1`; no key, no header."""

    chat_path = "/chat/completions"
    health_path = "/models"

    def __init__(
        self, *, base_url: str, model: str, api_key: str = "", time_limits: TimeLimits | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else None
        super().__init__(base_url=base_url, model=model, headers=headers, time_limits=time_limits)

    @override
    def request_body(self, prompt: Prompt) -> dict[str, Any]:
        # As vLLM names it: without these, a begun answer would count as said, and another one be written.
        begun = prompt.messages[-1].role == "assistant"
        going_on = {"continue_final_message": True, "add_generation_prompt": False} if begun else {}
        return {
            **going_on,
            "model": self.name,
            "stream": True,
            "stream_options": {"include_usage": True},
            "messages": [{"role": message.role, "content": message.text} for message in prompt.messages],
            "max_tokens": prompt.max_tokens,
            "temperature": 0.2,
        }

    @override
    def reading(self) -> Reading:
        return _Events()


class _Events(Reading):
    """The usage comes after the finish, in an event without choices; `[DONE]` ends the stream."""

    def __init__(self) -> None:
        self._is_cut = False

    @override
    def piece(self, lines: list[bytes]) -> Piece:
        texts: list[str] = []
        tokens: TokenCount | None = None
        for data in (line[len(_DATA) :].strip() for line in lines if line.startswith(_DATA)):
            if data == _END:
                self.complete = self.finished = True
                break
            body = object_in(data)
            usage = body.get("usage")
            if isinstance(usage, dict):
                tokens = counted(usage, prompt="prompt_tokens", completion="completion_tokens")
            texts.append(self._text(body.get("choices")))
        return Piece("".join(texts), tokens=tokens, is_cut=self._is_cut)

    def _text(self, choices: Any) -> str:
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return ""
        self.finished = self.finished or bool(choice.get("finish_reason"))
        self._is_cut = self._is_cut or choice.get("finish_reason") == "length"
        return text_in(choice.get("delta"))
