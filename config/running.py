"""What the server on a port says about itself to `manage.py drain`: in a file that it keeps locked."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from django.conf import settings

State = Literal["serving", "draining", "drained"]
WIDTH = 80  # characters of what is told
DRAIN_SIGNAL: int | None = getattr(signal, "SIGUSR1", None)  # Windows has none


def _path(port: int) -> Path:
    return Path(settings.SICHA_HOME) / "run" / f"serve-{port}.json"


class Running:
    """The file of this process."""

    def __init__(self, port: int) -> None:
        self._path = _path(port)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say within the block that this process serves; two processes cannot listen on one port."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            _lock(file.fileno())
            self.say("serving")
            try:
                yield
            finally:
                self._path.unlink(missing_ok=True)

    def say(self, state: State) -> None:
        told = json.dumps({"pid": os.getpid(), "state": state})
        with self._path.open("r+", encoding="utf-8") as file:  # the same file: it is locked
            file.write(f"{told:<{WIDTH}}")  # at once and never shorter, so that nobody reads a part of it


def look(port: int) -> tuple[int, State] | None:
    """Return process id and state of the server on a port; None when none runs there.

    A file that nobody holds locked was left behind, and its number may be another process's by now.
    """
    try:
        with _path(port).open("rb") as file:
            if _lock(file.fileno()):
                return None
            told = json.loads(file.read())
    except (FileNotFoundError, ValueError):
        return None
    return told["pid"], told["state"]


def _lock(descriptor: int) -> bool:
    """Lock a file until it is closed; False when another process has it locked."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
