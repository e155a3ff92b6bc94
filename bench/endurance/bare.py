"""The least that an application of sockets can be: it accepts, greets and waits."""

from typing import Any

# As many bytes as ours greets with.
HELLO = '{"type":"hello","user":"%s"}' % ("x" * 180)


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": HELLO})
    while (await receive())["type"] != "websocket.disconnect":
        pass
