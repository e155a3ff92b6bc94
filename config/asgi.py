"""ASGI entrance: sockets, the lean handler, and Django's own handler for everything else."""

import asyncio
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from chatbot.routing import application as sockets  # noqa: E402
from config.background import background  # noqa: E402
from config.kernel.signals import attach  # noqa: E402
from config.lean import LeanHandler, Receive, Scope, Send  # noqa: E402
from config.paths import is_lean  # noqa: E402
from config.stock import StockHandler  # noqa: E402

lean = LeanHandler()
stock = StockHandler()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection. Nothing relies on lifespan messages: daphne sends none."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    attach(asyncio.get_running_loop())
    background.ensure_started()
    if scope["type"] == "websocket":
        await sockets(scope, receive, send)
    elif is_lean(scope["path"]):
        await lean(scope, receive, send)
    else:
        await stock(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            background.ensure_started()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await background.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
