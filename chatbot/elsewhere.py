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
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def mark(response: HttpResponse, request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return the response to an error; the balancer may take it for its sign."""
    if isinstance(error, DrainingError) and PROMISE in request.headers:
        response.status_code = STATUS
        response.headers[REDIRECT[0]] = REDIRECT[1]
    return response


def refuses(scope: Mapping[str, Any]) -> bool:
    """Tell whether another replica should have this handshake. Without a balancer that asks one, a socket is
    better than none: what is being written can be read on it.
    """
    promised = any(name == PROMISE.lower().encode() for name, _value in scope["headers"])
    return promised and get_supervisor().draining


async def refuse(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Refuse a handshake; on daphne, which knows one status for all that is refused, with 403."""
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": STATUS, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close"})
