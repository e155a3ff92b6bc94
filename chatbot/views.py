"""`POST /chat` and the answers' addresses: asynchronous views on the lean handler, over the supervisor's
jobs."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from accounts import limits
from accounts.types import Actor
from chatbot import answers
from chatbot.answers import Question
from chatbot.protocol import encode
from chatbot.requests import (
    actor_of_request,
    idempotency_key,
    path_uuid,
    require_method,
    sequence_number,
    validated,
    wants_event_stream,
    wants_json,
)
from chatbot.serializers import ChatRequestSerializer
from chatbot.sse import data_event, entry_events, event_stream, until_refused
from chatbot.streams.batch import next_batch
from chatbot.streams.port import Entry
from config.kernel.errors import DomainError, ServiceUnavailableError
from config.kernel.types import JSONObject
from conversations.types import MessageStatus, Turn


class AnswerFailedError(ServiceUnavailableError):
    """The question is kept, its answer could not be written; `details.error_code` says why."""

    code = "answer_failed"


def json_response(
    body: JSONObject, *, status: int = 200, headers: dict[str, str] | None = None
) -> JsonResponse:
    """Return a private JSON response with Hebrew as it is written."""
    private = {"Cache-Control": "no-store, private", **(headers or {})}
    return JsonResponse(body, status=status, headers=private, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
async def chat(request: HttpRequest) -> HttpResponseBase:
    """Ask, and get the whole answer, or with `Accept: text/event-stream` the frames of the socket."""
    require_method(request, "POST")
    actor = await actor_of_request(request)
    question = _question(request)
    allowance = await answers.admit(actor)
    return await _answered(request, actor, await answers.ask(actor, question), allowance)


@csrf_exempt
async def answer_regenerate(request: HttpRequest, answer_id: str) -> HttpResponseBase:
    """Answer the same question anew, beside the answer that is there; otherwise as `chat`."""
    require_method(request, "POST")
    actor = await actor_of_request(request)
    allowance = await answers.admit(actor)
    turn = await answers.regenerate(actor, path_uuid(answer_id))
    return await _answered(request, actor, turn, allowance)


@csrf_exempt
async def answer_continue(request: HttpRequest, answer_id: str) -> HttpResponseBase:
    """Go on from an answer that was stopped or interrupted, beside it; otherwise as `chat`."""
    require_method(request, "POST")
    actor = await actor_of_request(request)
    allowance = await answers.admit(actor)
    turn = await answers.go_on(actor, path_uuid(answer_id))
    return await _answered(request, actor, turn, allowance)


async def _answered(
    request: HttpRequest, actor: Actor, turn: Turn, allowance: limits.LimitState
) -> HttpResponseBase:
    if wants_event_stream(request):
        return event_stream(until_refused(_asked(actor, turn, idempotency_key(request) or "")))
    body = await answers.finished(actor, turn)
    if body["status"] == MessageStatus.FAILED:
        raise AnswerFailedError(details={"error_code": body["error_code"], "answer_id": body["answer_id"]})
    return json_response(body, headers=limits.limit_headers(allowance))


def _question(request: HttpRequest) -> Question:
    values: dict[str, Any] = validated(request, ChatRequestSerializer)
    return Question(
        text=values["prompt"],
        client_id=idempotency_key(request),
        conversation_id=values.get("conversation_id"),
        session_id=values.get("session_id"),
        parent_id=values.get("parent_id"),
    )


async def _asked(actor: Actor, turn: Turn, client_id: str) -> AsyncGenerator[bytes, None]:
    yield data_event(encode(answers.accepted_frame(turn, client_id)))
    async with aclosing(entry_events(answers.follow(actor, turn.answer_id))) as events:
        async for event in events:
            yield event


async def answer(request: HttpRequest, answer_id: str) -> HttpResponse:
    """Return an answer as it is stored now."""
    require_method(request, "GET")
    actor = await actor_of_request(request)
    await limits.acheck("read", str(actor.user_id))
    return json_response(await answers.answer_json(actor, path_uuid(answer_id)))


async def answer_events(request: HttpRequest, answer_id: str) -> HttpResponseBase:
    """Stream an answer's frames after a position; a reconnecting EventSource goes on where it was. Whoever
    accepts JSON only gets what there is by now, or comes next: for networks in which nothing streams."""
    require_method(request, "GET")
    actor = await actor_of_request(request)
    await limits.acheck("read", str(actor.user_id))
    entries = answers.follow(actor, path_uuid(answer_id), after_seq=sequence_number(request))
    if wants_json(request):
        return json_response(await _polled(entries, sequence_number(request)))
    events = entry_events(entries)
    try:
        first = await anext(events)  # a refusal must come as a status, before the stream begins
    except DomainError:
        await events.aclose()
        raise
    return event_stream(until_refused(_from(first, events)))


async def _polled(entries: AsyncGenerator[Entry | None, None], position: int) -> JSONObject:
    batch = await next_batch(entries)
    return {
        "frames": [json.loads(entry.text) for entry in batch],
        "after": batch[-1].seq if batch else position,
        "ended": bool(batch) and batch[-1].last,
    }


async def _from(first: bytes, events: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        yield first
        async for event in events:
            yield event


@csrf_exempt
async def answer_stop(request: HttpRequest, answer_id: str) -> HttpResponse:
    """Stop a running answer; what was written is kept. Stopping one that has ended changes nothing."""
    require_method(request, "POST")
    actor = await actor_of_request(request)
    await answers.stop(actor, path_uuid(answer_id))
    return HttpResponse(status=204)
