"""The credit window of one socket: how much a client may leave unacknowledged.

It bounds what a server holds for a reader that does not read, whatever the server does when a connection is
full. Only the relaying waits: the answer itself goes on being written into its log, for everybody.
"""

import asyncio
from uuid import UUID

from chatbot.streams.port import Entry

WINDOW_FRAMES = 64
WINDOW_BYTES = 256 * 1024


class NoCreditError(Exception):
    """The client acknowledged nothing for as long as we are ready to wait."""


class CreditWindow:
    """Counts frames over all answers of the socket. An `ack` of a frame acknowledges those before it, too.

    Most sockets are idle: what only relaying needs is made when it is needed.
    """

    __slots__ = ("_bytes", "_frames", "_open", "_patience", "_room")

    def __init__(self, *, patience: float) -> None:
        self._patience = patience
        self._open: dict[UUID, list[tuple[int, int]]] = {}  # (seq, bytes)
        self._frames = 0
        self._bytes = 0
        self._room: asyncio.Event | None = None  # that somebody waits for

    async def spend(self, answer_id: UUID, entry: Entry) -> None:
        """Wait until there is room, then count the entry as sent; raises NoCreditError."""
        while not self._has_room():
            room = self._room = self._room or asyncio.Event()
            try:
                async with asyncio.timeout(self._patience):
                    await room.wait()
            except TimeoutError:
                raise NoCreditError from None
        size = len(entry.text.encode())
        self._open.setdefault(answer_id, []).append((entry.seq, size))
        self._frames += 1
        self._bytes += size

    def is_owed(self, answer_id: UUID, seq: int) -> bool:
        """Tell whether an `ack` of that frame takes anything back, as no more can than frames were sent."""
        return any(each <= seq for each, _size in self._open.get(answer_id, ()))

    def acknowledge(self, answer_id: UUID, seq: int) -> None:
        """Take back what was spent on the answer up to `seq`; what is not known is ignored.

        After a `resume` lower numbers follow higher ones.
        """
        sent = self._open.pop(answer_id, None)
        if sent is None:
            return
        self._frames -= len(sent)
        self._bytes -= sum(size for _seq, size in sent)
        left = [(each, size) for each, size in sent if each > seq]
        if left:
            self._open[answer_id] = left
            self._frames += len(left)
            self._bytes += sum(size for _seq, size in left)
        if self._room is not None and self._has_room():
            self._room.set()
            self._room = None

    def _has_room(self) -> bool:
        return self._frames < WINDOW_FRAMES and self._bytes < WINDOW_BYTES
