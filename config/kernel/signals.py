"""Signals between processes: "stop this answer", "this person's rights have changed", "look again".

Nothing depends on a signal's arrival: the database holds the truth, and a signal makes it heard sooner. They
travel by the channel layer, which drops messages when it is full and loses them while Redis is away.

`publish` and `listen` are between processes; `tell_after_commit` and `hear` between what a person has
open.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.db import transaction

from config.kernel.outages import OutageError, asking_redis

logger = logging.getLogger(__name__)
GROUP = "signals"
SEND_SECONDS = 1.0
RETRY_SECONDS = 1.0
Handlers: TypeAlias = Mapping[str, Callable[[Mapping[str, str]], None]]
Ids: TypeAlias = dict[str, str]
Hearer: TypeAlias = Callable[[Ids], None]
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


def group_of(user_id: UUID) -> str:
    """Return the name under which a person's tabs listen."""
    return f"person.{user_id}"


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


def hear(group: str, hearer: Hearer) -> Callable[[], None]:
    """Call `hearer` with what the group is told, topic and ids, until what is returned is called; not while
    the layer is away.

    Call it on the event loop. All who hear a group in this process share one channel of the layer.
    """
    rooms = _rooms.setdefault(asyncio.get_running_loop(), {})
    room = rooms.get(group) or rooms.setdefault(group, _Room(group, rooms))
    room.enter(hearer)
    return partial(room.leave, hearer)


class _Room:
    """Those of one event loop who hear a group, and the task that hears it for them."""

    def __init__(self, group: str, rooms: "dict[str, _Room]") -> None:
        self._group = group
        self._rooms = rooms
        self._hearers: set[Hearer] = set()
        self._task: asyncio.Task[None] | None = None

    def enter(self, hearer: Hearer) -> None:
        self._hearers.add(hearer)
        if self._task is None:
            self._task = asyncio.create_task(self._pass_on(), name=f"hearing-{self._group}")
            self._task.add_done_callback(self._close)

    def leave(self, hearer: Hearer) -> None:
        self._hearers.discard(hearer)
        if not self._hearers and self._task is not None:
            self._task.cancel()

    def _close(self, _task: "asyncio.Task[None]") -> None:
        """End the room, or begin anew for who came while the channel was given back: the layer would take a
        subscription that comes meanwhile for the one that is about to end."""
        self._task = None
        if self._hearers:
            self.enter(next(iter(self._hearers)))
        else:
            self._rooms.pop(self._group, None)

    async def _pass_on(self) -> None:
        layer: Any = get_channel_layer()
        channel = await _joined(layer, self._group)
        try:
            while True:
                message: Ids = await layer.receive(channel)
                ids = {name: value for name, value in message.items() if name != "type"}
                for hearer in list(self._hearers):
                    hearer(ids)
        finally:
            with suppress(OutageError), asking_redis():
                await layer.group_discard(self._group, channel)


_rooms: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Room]]" = WeakKeyDictionary()
