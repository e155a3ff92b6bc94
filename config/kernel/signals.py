"""Signals between processes: "stop this answer", "this person's rights have changed", "look again".

Nothing depends on a signal's arrival: the database holds the truth, and a signal makes it heard sooner. They
travel by the channel layer, which drops messages when it is full and loses them while Redis is away.

`publish` and `listen` are between processes; `tell_after_commit` and `heard` between what a person has open.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from channels.layers import get_channel_layer
from django.db import transaction

from config.kernel.outages import OutageError, asking_redis

logger = logging.getLogger(__name__)
GROUP = "signals"
SEND_SECONDS = 1.0
RETRY_SECONDS = 1.0
Handlers: TypeAlias = Mapping[str, Callable[[Mapping[str, str]], None]]
Ids: TypeAlias = dict[str, str]
_loops: list[asyncio.AbstractEventLoop] = []
_sending: set[asyncio.Task[None]] = set()


async def publish(kind: str, **ids: str) -> None:
    """Tell every process, this one too; silently nothing where the layer is away."""
    await _send(GROUP, {"type": kind, **ids})


def publish_after_commit(kind: str, **ids: str) -> None:
    """Tell every process once the open transaction is committed; call from a thread."""
    transaction.on_commit(lambda: _send_soon(GROUP, {"type": kind, **ids}), robust=True)


async def _send(group: str, message: Ids) -> None:
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(SEND_SECONDS):
            with asking_redis():
                await layer.group_send(group, message)
    except (OutageError, TimeoutError):
        logger.warning("signal was not sent", extra={"signal": message["type"]})


async def listen(handlers: Handlers) -> None:
    """Call the handler of each kind of signal that comes, until cancelled; kinds without one are ignored."""
    layer: Any = get_channel_layer()
    channel = await _joined(layer, GROUP)
    while True:
        signal = await layer.receive(channel)
        handler = handlers.get(signal["type"])
        if handler is not None:
            handler(signal)


async def _joined(layer: Any, group: str) -> str:
    """Return a channel of the group, once the layer is there."""
    while True:
        with suppress(OutageError), asking_redis():
            channel: str = await layer.new_channel()
            await layer.group_add(group, channel)
            return channel
        await asyncio.sleep(RETRY_SECONDS)


def attach(loop: asyncio.AbstractEventLoop) -> None:
    """Send what threads tell from `loop`, the server's. A process without one tells nothing."""
    if not _loops or _loops[0] is not loop:
        _loops[:] = [loop]


def tell_after_commit(group: str, topic: str, **ids: str) -> None:
    """Tell those who hear the group once the open transaction is committed; call from a thread."""
    transaction.on_commit(lambda: _send_soon(group, {"type": "tell", "topic": topic, **ids}), robust=True)


def _send_soon(group: str, message: Ids) -> None:
    loop = _loops[0] if _loops else None
    if loop is not None and loop.is_running():
        with suppress(RuntimeError):  # the loop was closed meanwhile: the process ends
            loop.call_soon_threadsafe(_begin_sending, group, message)


def _begin_sending(group: str, message: Ids) -> None:
    task = asyncio.ensure_future(_send(group, message))
    _sending.add(task)
    task.add_done_callback(_sending.discard)


async def heard(group: str) -> AsyncGenerator[Ids, None]:
    """Yield what the group is told from now on, `topic` and ids; none while the layer is away."""
    layer: Any = get_channel_layer()
    channel = await _joined(layer, group)
    try:
        while True:
            message: Ids = await layer.receive(channel)
            yield {name: value for name, value in message.items() if name != "type"}
    finally:
        with suppress(OutageError), asking_redis():
            await layer.group_discard(group, channel)
