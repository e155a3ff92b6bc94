"""Rate limits: `check("question", user id)` counts one use and says what is left.

The limits are named in `settings.RATE_LIMITS` as (uses, seconds).
"""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from accounts.limits.in_process import InProcess
from accounts.limits.port import LimitState, LimitStore
from config.kernel.errors import TooManyRequestsError

__all__ = ["LimitState", "RateLimitedError", "check", "headers_of", "limit_headers", "refund", "remember"]


class RateLimitedError(TooManyRequestsError):
    """The limit is used up; `state` says when it opens again."""

    def __init__(self, limit: str, state: LimitState) -> None:
        super().__init__(details={"limit": limit}, retry_after=state.retry_after)
        self.state = state


@cache
def store() -> LimitStore:
    """Return where uses are counted."""
    return InProcess()


def check(limit: str, subject: str) -> LimitState:
    """Count one use of a named limit by a subject: a user's id, an account's name, an address.

    Raises RateLimitedError when the uses of the window are spent; a refused attempt counts for nothing.
    """
    uses, seconds = settings.RATE_LIMITS[limit]
    state = store().hit(_key(limit, subject), limit=uses, seconds=seconds)
    if state.retry_after:
        raise RateLimitedError(limit, state)
    return state


def refund(limit: str, subject: str) -> None:
    """Take back the subject's latest use, for limits that count failures only."""
    store().refund(_key(limit, subject))


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
