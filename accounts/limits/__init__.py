"""Rate limits: `check("question", user id)` counts one use and says what is left.

The limits are named in `settings.RATE_LIMITS` as (uses, seconds). While a configured Redis is away, every
process counts for itself; limits that keep guesses out let nobody through instead.
"""

import logging
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from accounts.limits.in_process import InProcess
from accounts.limits.port import LimitState, LimitStore
from config.kernel.database import in_database
from config.kernel.errors import ServiceUnavailableError, TooManyRequestsError
from config.kernel.outages import OutageError

__all__ = [
    "LimitState",
    "LimitsUnavailableError",
    "RateLimitedError",
    "acheck",
    "check",
    "forget",
    "headers_of",
    "limit_headers",
    "refund",
    "remember",
]

logger = logging.getLogger(__name__)
# Counted by each replica alone, these would allow as many guesses more as there are replicas.
_FAIL_CLOSED = ("login_", "register_", "reset_")
_RETRY_SECONDS = 5


class RateLimitedError(TooManyRequestsError):
    """The limit is used up; `state` says when it opens again."""

    def __init__(self, limit: str, state: LimitState) -> None:
        super().__init__(details={"limit": limit}, retry_after=state.retry_after)
        self.state = state


class LimitsUnavailableError(ServiceUnavailableError):
    """What counts guesses does not answer, so nobody may guess."""

    code = "limits_unavailable"
    message = _("Signing in and registering are not possible at the moment. Please try again shortly.")


@cache
def store() -> LimitStore:
    """Return where uses are counted."""
    if not settings.REDIS_URL:
        return counted_here()
    from accounts.limits.redis import RedisLimits  # noqa: PLC0415  a client to load only where it is used

    return RedisLimits(settings.REDIS_URL)


@cache
def counted_here() -> InProcess:
    """Return what this process counts by itself."""
    return InProcess()


def check(limit: str, subject: str) -> LimitState:
    """Count one use of a named limit by a subject: a user's id, an account's name, an address.

    Raises RateLimitedError when the uses of the window are spent; a refused attempt counts for nothing. It
    may ask a server: on the event loop use `acheck`.
    """
    state = _hit(limit, subject)
    if state.retry_after:
        raise RateLimitedError(limit, state)
    return state


async def acheck(limit: str, subject: str) -> LimitState:
    """Do as `check` does without holding up the event loop."""
    if settings.REDIS_URL:
        return await in_database(check)(limit, subject)
    return check(limit, subject)


def refund(limit: str, subject: str) -> None:
    """Take back the subject's latest use, for limits that count failures only."""
    try:
        store().refund(_key(limit, subject))
    except OutageError:
        logger.warning("a use could not be taken back", extra={"limit": limit})


def forget(*subjects: str) -> None:
    """Forget all uses of subjects that are gone; what does not answer forgets by itself within an hour."""
    try:
        store().forget([_key(limit, subject) for limit in settings.RATE_LIMITS for subject in subjects])
    except OutageError:
        logger.warning("uses of a subject that is gone are not forgotten yet")


def _hit(limit: str, subject: str) -> LimitState:
    uses, seconds = settings.RATE_LIMITS[limit]
    key = _key(limit, subject)
    try:
        return store().hit(key, limit=uses, seconds=seconds)
    except OutageError:
        if limit.startswith(_FAIL_CLOSED):
            raise LimitsUnavailableError(retry_after=_RETRY_SECONDS) from None
        return counted_here().hit(key, limit=uses, seconds=seconds)


def limit_headers(state: LimitState) -> dict[str, str]:
    """Return the `RateLimit-*` headers for a response, and `Retry-After` when the use was refused."""
    headers = {
        "RateLimit-Limit": str(state.limit),
        "RateLimit-Remaining": str(state.remaining),
        "RateLimit-Reset": str(state.reset),
    }
    return headers | ({"Retry-After": str(state.retry_after)} if state.retry_after else {})


def remember(request: Request | HttpRequest, state: LimitState) -> None:
    """Have the middleware put the state's headers on the response of a synchronous view."""
    _django_request(request).__dict__["limit_state"] = state


def headers_of(request: Request | HttpRequest) -> dict[str, str]:
    """Return the headers of what `remember` was told about this request."""
    state: LimitState | None = _django_request(request).__dict__.get("limit_state")
    return limit_headers(state) if state else {}


def _django_request(request: Request | HttpRequest) -> HttpRequest:
    return request._request if isinstance(request, Request) else request


def _key(limit: str, subject: str) -> str:
    return f"rate_limit:{limit}:{subject}"
