"""The chat's asynchronous addresses in the OpenAPI document; `chatbot.views` is who really answers there."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatbot.serializers import AnswerSerializer, ChatRequestSerializer, CompletionRequestSerializer

_JSON, _EVENTS = "application/json", "text/event-stream"
_ANSWER = OpenApiParameter("answer_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_AFTER = OpenApiParameter("after", OpenApiTypes.INT, description="The last `seq` that is known already.")
_LAST = OpenApiParameter(
    "Last-Event-ID", OpenApiTypes.INT, OpenApiParameter.HEADER, description="As `after`."
)
_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key twice is one question; 1 to 128 printable characters.",
)
_OBJECT: Any = {"type": "object", "additionalProperties": True}
_MODEL = inline_serializer(
    "Model",
    {
        "id": serializers.CharField(),
        "object": serializers.CharField(),
        "created": serializers.IntegerField(),
        "owned_by": serializers.CharField(),
    },
)


_BATCH = inline_serializer(
    "AnswerFrames",
    {
        "frames": serializers.ListField(child=serializers.DictField()),
        "after": serializers.IntegerField(),
        "ended": serializers.BooleanField(),
    },
)


class ChatDocument(APIView):
    @extend_schema(
        summary="Ask a question",
        description="Waits for the whole answer, or with `Accept: text/event-stream` sends the frames of the "
        "socket as they come. The same `session_id` goes on with the same conversation.",
        tags=["chat"],
        parameters=[_KEY],
        request=ChatRequestSerializer,
        responses={(200, _JSON): AnswerSerializer, (200, _EVENTS): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class AnswerDocument(APIView):
    @extend_schema(summary="An answer as it is now", parameters=[_ANSWER], responses=AnswerSerializer)
    def get(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class AnswerEventsDocument(APIView):
    @extend_schema(
        summary="The frames of an answer after a position, and then as they come",
        description="With `Accept: application/json` it waits some seconds for the next frame and returns "
        "what is there: ask again with `after` until it has `ended`.",
        parameters=[_ANSWER, _AFTER, _LAST],
        responses={(200, _EVENTS): OpenApiTypes.STR, (200, _JSON): _BATCH},
    )
    def get(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class AnswerStopDocument(APIView):
    @extend_schema(
        summary="Stop an answer; what was written is kept",
        parameters=[_ANSWER],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class AnswerRegenerateDocument(APIView):
    @extend_schema(
        summary="Answer the same question anew",
        description="The new answer stands beside the first one. Otherwise as asking.",
        parameters=[_ANSWER],
        request=None,
        responses={(200, _JSON): AnswerSerializer, (200, _EVENTS): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class AnswerContinueDocument(APIView):
    @extend_schema(
        summary="Go on with an answer that was stopped or interrupted",
        description=(
            "The new answer stands beside the first one and begins with its text. An answer is continued "
            "once: asked again, the same new answer comes back. Otherwise as asking."
        ),
        parameters=[_ANSWER],
        request=None,
        responses={(200, _JSON): AnswerSerializer, (200, _EVENTS): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class CompletionsDocument(APIView):
    @extend_schema(
        summary="Ask in the form of OpenAI's interface",
        description="Sources, citations and confidence are in the extension field `sicha`.",
        tags=["openai"],
        parameters=[_KEY],
        request=CompletionRequestSerializer,
        responses={(200, _JSON): _OBJECT, (200, _EVENTS): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class ModelsDocument(APIView):
    @extend_schema(
        summary="The one model there is",
        tags=["openai"],
        responses=inline_serializer(
            "Models", {"object": serializers.CharField(), "data": serializers.ListField(child=_MODEL)}
        ),
    )
    def get(self, request: Request) -> Response: ...  # type: ignore[empty-body]


class ModelDocument(APIView):
    @extend_schema(
        summary="A model",
        tags=["openai"],
        parameters=[OpenApiParameter("model_id", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses=_MODEL,
    )
    def get(self, request: Request) -> Response: ...  # type: ignore[empty-body]


DOCUMENTS = (
    ("/chat", "POST", ChatDocument),
    ("/api/v1/chat", "POST", ChatDocument),
    ("/api/v1/answers/{answer_id}", "GET", AnswerDocument),
    ("/api/v1/answers/{answer_id}/events", "GET", AnswerEventsDocument),
    ("/api/v1/answers/{answer_id}/stop", "POST", AnswerStopDocument),
    ("/api/v1/answers/{answer_id}/continue", "POST", AnswerContinueDocument),
    ("/api/v1/answers/{answer_id}/regenerate", "POST", AnswerRegenerateDocument),
    ("/v1/chat/completions", "POST", CompletionsDocument),
    ("/v1/models", "GET", ModelsDocument),
    ("/v1/models/{model_id}", "GET", ModelDocument),
)
