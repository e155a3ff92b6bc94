"""One embedded server on one SICHA_HOME: its database, its answer log and its chores are one process's own.

The operating system holds the lock and lets go of it when the process ends, however it ends.
"""

import sys
from io import BufferedRandom
from pathlib import Path

_NAME = "serving.lock"


class HomeInUseError(Exception):
    """Another server is running on this folder."""


def occupy(home: Path) -> BufferedRandom:
    """Return the open lock of `home`, which holds for as long as it is open; raise HomeInUseError."""
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / _NAME).open("a+b")
    try:
        _lock(lock)
    except OSError as error:
        lock.close()
        raise HomeInUseError from error
    return lock


if sys.platform == "win32":
    import msvcrt

    def _lock(lock: BufferedRandom) -> None:
        lock.seek(0)
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(lock: BufferedRandom) -> None:
        fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
