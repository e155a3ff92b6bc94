"""What a draining replica refuses, the balancer takes to another one, if it said that it would.

It says so in a header of each request. Such a refusal is made before anything was done, and has a status that
nothing else here has: whoever sees it may send the request again, also one that is not idempotent.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from chatbot.supervisor import DrainingError, get_supervisor

PROMISE = "Ask-Elsewhere"
STATUS = 502
REDIRECT = ("X-Accel-Redirect", "@elsewhere")  # a location of deploy/nginx; HAProxy goes by the status
# Daphne has no such thing: it refuses all that it refuses with 403, as it does a page of another site, which
# no other replica should be asked about.
_RESPONSE = "websocket.http.response"
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def mark(response: HttpResponse, request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return the response to an error; the balancer may take it for its sign."""
    if isinstance(error, DrainingError) and PROMISE in request.headers:
        response.status_code = STATUS
        response.headers[REDIRECT[0]] = REDIRECT[1]
    return response


def refuses(scope: Mapping[str, Any]) -> bool:
    """Tell whether another replica should have this handshake. Without a balancer that asks one, and without
    a server that can name a status, a socket is better than none: what is being written can be read on it.
    """
    promised = any(name == PROMISE.lower().encode() for name, _value in scope["headers"])
    return promised and _RESPONSE in scope.get("extensions", {}) and get_supervisor().draining


async def refuse(receive: Receive, send: Send) -> None:
    """Refuse a handshake."""
    await receive()
    await send({"type": f"{_RESPONSE}.start", "status": STATUS, "headers": []})
    await send({"type": f"{_RESPONSE}.body", "body": b""})
