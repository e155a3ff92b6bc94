"""The one view, and its address."""

import json
import os
import time
from typing import Any

import httpx
import jwt
import redis
from django.conf import settings
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.gateways.plain.models import Message
from bench.gateways.plain.tasks import archive, track

WINDOW_SECONDS, MOST_QUESTIONS = 60, 1_000_000
REMEMBERED = 10

store = redis.Redis.from_url(os.environ["REDIS_URL"])
model = httpx.Client(base_url=os.environ["OLLAMA_URL"], timeout=60)


class Question(serializers.Serializer[dict[str, Any]]):
    prompt = serializers.CharField(max_length=4000)
    session_id = serializers.CharField(max_length=64)


class Chat(APIView):
    def post(self, request: Request) -> Response:
        try:
            words = request.headers.get("Authorization", "").removeprefix("Bearer ")
            person = jwt.decode(words, settings.SECRET_KEY, algorithms=["HS256"])["sub"]
        except jwt.PyJWTError:
            return Response({"code": "unauthorized"}, status=401)
        if counted(person) > MOST_QUESTIONS:
            return Response({"code": "rate_limited"}, status=429)
        asked = Question(data=request.data)
        asked.is_valid(raise_exception=True)
        session = asked.validated_data["session_id"]
        history = remembered(person, asked.validated_data["prompt"])
        Message.objects.create(conversation=session, role="user", text=asked.validated_data["prompt"])
        answer = Message.objects.create(conversation=session, role="assistant", text=written(history))
        archive.delay(answer.pk)
        track.delay(answer.pk)
        return Response({"response": answer.text, "session_id": session})


def counted(person: str) -> int:
    """Count a question in the window that slides; return how many there are in it."""
    now, key = time.time(), f"plain:limit:{person}"
    commands = store.pipeline()
    commands.zremrangebyscore(key, 0, now - WINDOW_SECONDS)
    commands.zadd(key, {str(now): now})
    commands.zcard(key)
    commands.expire(key, WINDOW_SECONDS)
    return int(commands.execute()[2])


def remembered(person: str, text: str) -> list[str]:
    """Add to a person's last questions and return them."""
    key = f"plain:memory:{person}"
    commands = store.pipeline()
    commands.rpush(key, text)
    commands.ltrim(key, -REMEMBERED, -1)
    commands.expire(key, 3600)
    commands.lrange(key, 0, -1)
    return [each.decode() for each in commands.execute()[3]]


def written(history: list[str]) -> str:
    """Return the model's answer."""
    messages = [{"role": "user", "content": text} for text in history]
    with model.stream("POST", "/api/chat", json={"model": "scripted", "messages": messages}) as response:
        return "".join(json.loads(line)["message"]["content"] for line in response.iter_lines())


urlpatterns = [path("plain/chat", Chat.as_view())]
