"""The answer log: the frames of one answer in order, kept for as long as somebody may want to resume it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class LogExpiredError(Exception):
    """There is no log of this answer within reach: the database has the answer, or will have it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One frame, encoded once for all its readers; `last` ends the log."""

    seq: int
    text: str
    last: bool = False


class AnswerLog(Protocol):
    """Appended to by the one job that owns the answer, read by any number of sockets from any position."""

    async def open(self, answer_id: UUID) -> None:
        """Begin the log, so that readers find it before the first frame is there."""
        ...

    async def append(self, answer_id: UUID, entry: Entry) -> None:
        """Add the next entry and wake the readers; the entry marked `last` starts the log's expiry.

        Never waits for another server, and never fails because of one.
        """
        ...

    def read(self, answer_id: UUID, *, after_seq: int) -> AsyncGenerator[Entry | None, None]:
        """Yield every entry after `after_seq`, then live ones, and end after the last.

        Yields None after every `quiet_seconds` of the log without an entry, so that the reader can look
        whether there is still anybody who writes. Raises LogExpiredError when the log is not, or no longer,
        there.
        """
        ...

    async def discard(self, answer_id: UUID) -> None:
        """Forget a log whose answer somebody else has ended; its readers turn to the database."""
        ...

    async def aclose(self) -> None:
        """Release connections; what was appended is passed on first, if the server for that answers."""
        ...
