"""Signals between processes: "stop this answer", "this person's rights have changed".

Nothing depends on a signal's arrival: the database holds the truth, and a signal makes it heard sooner. They
travel by the channel layer, which drops messages when it is full and loses them while Redis is away.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from channels.layers import get_channel_layer

from config.kernel.outages import OutageError, asking_redis

logger = logging.getLogger(__name__)
GROUP = "signals"
SEND_SECONDS = 1.0
RETRY_SECONDS = 1.0
Handlers: TypeAlias = Mapping[str, Callable[[Mapping[str, str]], None]]


async def publish(kind: str, **ids: str) -> None:
    """Tell every process, this one too; silently nothing where the layer is away."""
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(SEND_SECONDS):
            with asking_redis():
                await layer.group_send(GROUP, {"type": kind, **ids})
    except (OutageError, TimeoutError):
        logger.warning("signal was not sent", extra={"signal": kind})


async def listen(handlers: Handlers) -> None:
    """Call the handler of each kind of signal that comes, until cancelled; kinds without one are ignored."""
    layer: Any = get_channel_layer()
    while True:
        try:
            with asking_redis():
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
        except OutageError:
            await asyncio.sleep(RETRY_SECONDS)
            continue
        while True:
            signal = await layer.receive(channel)
            handler = handlers.get(signal["type"])
            if handler is not None:
                handler(signal)
