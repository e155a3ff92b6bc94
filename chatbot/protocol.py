"""The wire of `/ws/chat/`, protocol 1: one frozen dataclass per frame, nothing else builds or reads frames.

A client's frame enters by `parse`, a server's frame leaves by `encode`. The frames of an answer (`stage`
to `done` or
`error`) carry `answer_id` and `seq`, which counts from 1 without gaps, and are the entries of the answer log.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, TypeAlias, get_args
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import InvalidInputError
from config.kernel.types import JSONObject

PROTOCOL_VERSION = 1
MAX_FRAME_BYTES = 64 * 1024


class InvalidFrameError(InvalidInputError):
    code = "invalid_frame"
    message = _("The frame is not a JSON object of a known form.")


class UnknownFrameError(InvalidInputError):
    code = "unknown_frame"
    message = _("This type of frame is not known.")


@dataclass(frozen=True, slots=True)
class Auth:
    """First frame of a program: a single-use ticket."""

    type: ClassVar[str] = "auth"
    ticket: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; `client_id` is its idempotency key."""

    type: ClassVar[str] = "ask"
    client_id: str
    text: str
    conversation_id: UUID | None = None
    session_id: str | None = None
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """End a running answer; what was written is kept."""

    type: ClassVar[str] = "stop"
    answer_id: UUID


@dataclass(frozen=True, slots=True)
class Resume:
    """Send every frame of the answer after `after_seq`, then go on live."""

    type: ClassVar[str] = "resume"
    answer_id: UUID
    after_seq: int


@dataclass(frozen=True, slots=True)
class Ack:
    """Everything up to `seq` has been received."""

    type: ClassVar[str] = "ack"
    answer_id: UUID
    seq: int


ClientFrame: TypeAlias = Auth | Ask | Stop | Resume | Ack
CLIENT_FRAMES: dict[str, type[ClientFrame]] = {frame.type: frame for frame in get_args(ClientFrame)}


@dataclass(frozen=True, slots=True)
class Hello:
    """The socket is authenticated."""

    type: ClassVar[str] = "hello"
    user: JSONObject
    limits: JSONObject
    protocol: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class Accepted:
    """The question is durable; its answer follows under `answer_id`."""

    type: ClassVar[str] = "accepted"
    client_id: str
    conversation_id: UUID
    session_id: str
    question_id: UUID
    answer_id: UUID


@dataclass(frozen=True, slots=True)
class Stage:
    type: ClassVar[str] = "stage"
    answer_id: UUID
    seq: int
    stage: Literal["queued", "searching", "writing"]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    type: ClassVar[str] = "sources"
    answer_id: UUID
    seq: int
    sources: list[JSONObject]


@dataclass(frozen=True, slots=True)
class Delta:
    type: ClassVar[str] = "delta"
    answer_id: UUID
    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The end of an answer; `text` is authoritative and equals the deltas joined. `approval` says of an
    approved answer by whom and when.
    """

    type: ClassVar[str] = "done"
    answer_id: UUID
    seq: int
    status: str
    text: str
    citations: list[JSONObject]
    confidence: float
    confidence_level: str
    tokens_used: int
    model: str
    approval: JSONObject | None = None
    confidence_reasons: Sequence[str] = ()
    support: float | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """A refusal; with `answer_id` and `seq` it ends that answer, with `client_id` it refuses that
    question."""

    type: ClassVar[str] = "error"
    code: str
    message: str
    details: JSONObject | None = None
    retry_after: int | None = None
    answer_id: UUID | None = None
    seq: int | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reconnect:
    type: ClassVar[str] = "reconnect"
    after_ms: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something of the person's changed in another tab: a hint to look, which may get lost."""

    type: ClassVar[str] = "event"
    topic: str
    conversation_id: str | None = None
    question_id: str | None = None
    answer_id: str | None = None


AnswerFrame: TypeAlias = Stage | Sources | Delta | Done | Error
ServerFrame: TypeAlias = AnswerFrame | Hello | Accepted | Reconnect | Event


_NAMES = {frame.type: tuple(field.name for field in fields(frame)) for frame in get_args(ServerFrame)}
_JSON = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":"))


def encode(frame: ServerFrame) -> str:
    """Return the frame as JSON text; absent optional fields are left out."""
    body: dict[str, Any] = {"type": frame.type}
    for name in _NAMES[frame.type]:
        value = getattr(frame, name)
        if value is not None:
            body[name] = value
    return _JSON.encode(body)


def parse(text: str | None) -> ClientFrame:
    """Return the client's frame.

    Raises InvalidFrameError for anything but a JSON object with the right fields (`details.field` names
    the first wrong one) and UnknownFrameError for another `type`.
    """
    try:
        body: Any = json.loads(text or "")
    except (ValueError, RecursionError):
        raise InvalidFrameError from None
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise InvalidFrameError(details={"field": "type"})
    frame = CLIENT_FRAMES.get(body["type"])
    if frame is None:
        raise UnknownFrameError(details={"type": body["type"][:40]})
    return frame(**{field.name: _value(field, body) for field in fields(frame)})


def _value(field: Any, body: dict[str, Any]) -> Any:
    """Return the field's value out of `body`, checked against the dataclass's own annotation."""
    value = body.get(field.name)
    optional = field.type in {UUID | None, str | None}
    if value is None and optional:
        return None
    if field.type in {UUID, UUID | None}:
        return _uuid(value, field.name)
    if field.type is int and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    if field.type in {str, str | None} and isinstance(value, str):
        return value
    raise InvalidFrameError(details={"field": field.name})


def _uuid(value: Any, name: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise InvalidFrameError(details={"field": name}) from None
