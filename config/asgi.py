"""ASGI entrance: sockets, the lean handler, and Django's own handler for everything else."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

stock = get_asgi_application()


async def application(scope, receive, send):  # type: ignore[no-untyped-def]
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "websocket":
        from chatbot.routing import application as sockets

        await sockets(scope, receive, send)
        return
    await stock(scope, receive, send)
