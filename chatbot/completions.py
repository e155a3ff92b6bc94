"""The OpenAI-compatible face, `/v1/chat/completions` and `/v1/models`: same job, same citations, other words.

Sources, citations and confidence travel in the extension field `sicha`, which other clients ignore.
"""

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from accounts.types import Actor
from chatbot import answers
from chatbot.answers import Question
from chatbot.requests import actor_of_request, idempotency_key, require_method, validated
from chatbot.serializers import CompletionRequestSerializer
from chatbot.sse import HEARTBEAT, data_event, event_stream, until_refused
from chatbot.views import AnswerFailedError, json_response
from config.kernel.errors import InvalidInputError, NotFoundError
from config.kernel.text import clean_text
from config.kernel.types import JSONObject
from conversations.types import HistoryItem, MessageStatus, Turn

MODEL_ID = "sicha"
_SAID: dict[str, Literal["user", "assistant"]] = {"user": "user", "assistant": "assistant"}
_EXTENSION = (
    *("session_id", "answer_id", "status", "confidence", "confidence_level", "confidence_reasons"),
    *("support", "sources", "citations", "approval"),
)


class NoQuestionError(InvalidInputError):
    code = "no_question"
    message = _("The last message must be the user's question.")


class ModelNotFoundError(NotFoundError):
    """Told in the words of the OpenAI interface as well as in ours."""

    code = "model_not_found"
    message = _("There is no such model.")

    def as_json(self) -> JSONObject:
        body = super().as_json()
        told = {"message": body["message"], "type": "invalid_request_error", "param": "model"}
        return {**body, "error": {**told, "code": self.code}}


@csrf_exempt
async def completions(request: HttpRequest) -> HttpResponseBase:
    """Answer the last user message; the messages before it are the conversation's history."""
    require_method(request, "POST")
    actor = await actor_of_request(request)
    values = validated(request, CompletionRequestSerializer)
    _require_model(values.get("model") or MODEL_ID)
    question = _question(values, idempotency_key(request))
    await answers.admit(actor)
    turn = await answers.ask(actor, question)
    if values["stream"]:
        options = values.get("stream_options") or {}
        chunks = _chunks(actor, turn, with_usage=options.get("include_usage", False))
        return event_stream(until_refused(chunks))
    body = await answers.finished(actor, turn)
    if body["status"] == MessageStatus.FAILED:
        raise AnswerFailedError(details={"error_code": body["error_code"], "answer_id": body["answer_id"]})
    return json_response(_completion(turn, body))


async def models(request: HttpRequest) -> HttpResponse:
    """List the one model there is: the organisation's knowledge, whoever writes the words."""
    require_method(request, "GET")
    await actor_of_request(request)
    return json_response({"object": "list", "data": [_model()]})


async def model(request: HttpRequest, model_id: str) -> HttpResponse:
    """Describe one model."""
    require_method(request, "GET")
    await actor_of_request(request)
    _require_model(model_id)
    return json_response(_model())


def _require_model(model_id: str) -> None:
    if model_id != MODEL_ID:
        raise ModelNotFoundError(details={"field": "model"})


def _model() -> JSONObject:
    return {"id": MODEL_ID, "object": "model", "created": 0, "owned_by": "sicha"}


def _question(values: dict[str, Any], client_id: str | None) -> Question:
    *past, last = values["messages"]
    if last["role"] != "user":
        raise NoQuestionError(details={"field": "messages"})
    history = tuple(
        HistoryItem(role=_SAID[message["role"]], text=_text(message))
        for message in past
        if message["role"] in _SAID
    )
    text = clean_text(_text(last), max_length=settings.QUESTION_MAX_LENGTH, field="messages")
    return Question(
        text=text, client_id=client_id, session_id=values.get("session_id"), history=history or None
    )


def _text(message: dict[str, Any]) -> str:
    """Return a message's text: a string, or the text parts of a list."""
    content = message.get("content")
    if isinstance(content, list):
        parts = [
            part.get("text", "") for part in content if isinstance(part, dict) and part.get("type") == "text"
        ]
        content = "\n".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        raise NoQuestionError(details={"field": "messages"})
    return content


def _completion(turn: Turn, body: JSONObject) -> JSONObject:
    message: JSONObject = {"role": "assistant", "content": body["response"]}
    choice: JSONObject = {"index": 0, "message": message, "finish_reason": "stop"}
    return {
        **_envelope(turn, "chat.completion"),
        "choices": [choice],
        "usage": _usage(body),
        "sicha": {name: body[name] for name in _EXTENSION},
    }


def _usage(body: JSONObject) -> JSONObject:
    used = body["tokens_used"]
    return {"prompt_tokens": 0, "completion_tokens": used, "total_tokens": used}


def _envelope(turn: Turn, kind: str) -> JSONObject:
    return {
        "id": f"chatcmpl-{turn.answer_id}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL_ID,
    }


async def _chunks(actor: Actor, turn: Turn, *, with_usage: bool) -> AsyncGenerator[bytes, None]:
    """Translate the answer's frames into completion chunks; the usage comes in one without choices."""
    head = _envelope(turn, "chat.completion.chunk")
    yield _chunk(head, {"role": "assistant", "content": ""})
    async with aclosing(answers.follow(actor, turn.answer_id)) as entries:
        async for entry in entries:
            if entry is None:
                yield HEARTBEAT
                continue
            frame = json.loads(entry.text)
            if frame.get("type") == "delta":
                yield _chunk(head, {"content": frame["text"]})
            elif frame.get("type") == "error":
                yield data_event(_json({"error": {"code": frame["code"], "message": frame["message"]}}))
    body = await answers.answer_json(actor, turn.answer_id)
    yield _chunk({**head, "sicha": {name: body[name] for name in _EXTENSION}}, {}, finish="stop")
    if with_usage:
        yield data_event(_json({**head, "choices": [], "usage": _usage(body)}))
    yield data_event("[DONE]")


def _chunk(head: JSONObject, delta: JSONObject, finish: str | None = None) -> bytes:
    return data_event(_json({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}))


def _json(body: JSONObject) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
