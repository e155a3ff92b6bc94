"""WebSocket routes."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path

from chatbot import elsewhere
from chatbot.consumers import ChatConsumer

websocket_urlpatterns: list[Any] = [path("ws/chat/", ChatConsumer.as_asgi())]  # type: ignore[arg-type]
_router = URLRouter(websocket_urlpatterns)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Route a socket; an unknown path is refused at the handshake instead of failing in the log."""
    if elsewhere.refuses(scope):
        await elsewhere.refuse(receive, send)
        return
    try:
        await _router(scope, receive, send)
    except ValueError as error:
        if "No route found" not in str(error):
            raise
        await send({"type": "websocket.close", "code": 4404})
