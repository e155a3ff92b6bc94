"""Password hashing costs a third of a second of a processor, so only so many run at once.

Beyond that a few may wait for a moment, and the rest is told to come back: a storm of log-ins must not take
the processors from those who are already in.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from accounts.errors import BusyError

SEATS_PER_SLOT = 8
PATIENCE_SECONDS = 3.0


class HashGate:
    """Lets `slots` callers through at a time; `seats` may be inside and wait `patience` seconds for one."""

    def __init__(self, *, slots: int, seats: int, patience: float) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._seats = threading.BoundedSemaphore(seats)
        self._patience = patience

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot for the block; raise BusyError when there is none in time."""
        if not self._seats.acquire(blocking=False):
            raise BusyError(retry_after=2)
        try:
            if not self._slots.acquire(timeout=self._patience):
                raise BusyError(retry_after=2)
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._seats.release()


@cache
def gate() -> HashGate:
    """Return the gate of this process."""
    slots: int = settings.PASSWORD_HASH_CONCURRENCY
    return HashGate(slots=slots, seats=slots * SEATS_PER_SLOT, patience=PATIENCE_SECONDS)


def hash_password(password: str) -> str:
    """Return the encoded hash to store; raises BusyError."""
    with gate().slot():
        return make_password(password)


def password_matches(password: str, encoded: str | None) -> bool:
    """Tell whether the password belongs to a stored hash.

    For None, an unknown account, just as much work is done. Raises BusyError.
    """
    with gate().slot():
        if encoded is None:
            make_password(password)
            return False
        return check_password(password, encoded)
