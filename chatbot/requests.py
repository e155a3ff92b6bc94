"""Reading the requests of the asynchronous addresses: who asks, and what."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import Serializer

from accounts.authentication import bearer_actor, session_actor
from accounts.types import Actor
from config.kernel.errors import DomainError, InvalidInputError, NotAuthenticatedError, NotFoundError

_READING = {"GET", "HEAD"}


class NotJSONError(DomainError):
    code = "unsupported_media_type"
    status = 415
    message = _("The request body must be JSON.")


class BadJSONError(DomainError):
    code = "invalid_json"
    message = _("The request body is not valid JSON.")


class BadMethodError(DomainError):
    code = "method_not_allowed"
    status = 405
    message = _("This method is not available at this address.")


class InvalidIdempotencyKeyError(InvalidInputError):
    code = "invalid_idempotency_key"
    message = _("The Idempotency-Key must be 1 to 128 printable characters.")


async def actor_of_request(request: HttpRequest) -> Actor:
    """Return who asks: by token or API key, or by session when the page's own origin asks.

    Raises NotAuthenticatedError and the account's own refusals.
    """
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAuthenticatedError
        return await bearer_actor(token.strip(), method=str(request.method), path=request.path)
    actor = await session_actor(request.COOKIES)
    if actor is None:
        raise NotAuthenticatedError
    # A session cookie travels with requests of other sites; their Origin gives them away.
    if request.method not in _READING and request.headers.get("Origin") not in settings.ALLOWED_ORIGINS:
        raise NotAuthenticatedError
    return actor


def require_method(request: HttpRequest, *methods: str) -> None:
    """Raise BadMethodError for another method than the given ones."""
    if request.method not in methods:
        raise BadMethodError(details={"allowed": [*methods]})


def validated(request: HttpRequest, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """Return the body checked by a serializer; raise NotJSONError, BadJSONError or DRF's ValidationError."""
    if request.content_type != "application/json":
        raise NotJSONError
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadJSONError from None
    form = serializer(data=body)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def idempotency_key(request: HttpRequest) -> str | None:
    """Return the Idempotency-Key header; raise InvalidIdempotencyKeyError for an unusable one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 128 and key.isprintable()):
        raise InvalidIdempotencyKeyError
    return key


def sequence_number(request: HttpRequest) -> int:
    """Return the position to go on from: `Last-Event-ID` of a reconnecting reader, else `after`, else 0."""
    value = request.headers.get("Last-Event-ID") or request.GET.get("after") or "0"
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise InvalidInputError(details={"field": "after"})
    return int(value)


def wants_event_stream(request: HttpRequest) -> bool:
    """Tell whether the client asked for server-sent events."""
    return "text/event-stream" in request.headers.get("Accept", "")


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the client asked for JSON and nothing that streams."""
    return request.headers.get("Accept", "").partition(";")[0].strip() == "application/json"


def path_uuid(value: str) -> UUID:
    """Return the id in an address; raise NotFoundError for anything else, as for an id that does not
    exist."""
    try:
        return UUID(value)
    except ValueError:
        raise NotFoundError from None
