"""Ports on loopback: a usual one of our own, another when that is taken, the same again the next time."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.stack.errors import StackError

TRIES = 200


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def held(candidates: Iterable[int]) -> Iterator[int]:
    """Give a free port that nobody else is given here, in any process of this user, until the block ends.

    So two runs that begin at the same time do not find the same one, before its server listens.
    """
    folder = Path(tempfile.gettempdir()) / f"sicha-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for port in candidates:
        with (folder / str(port)).open("w", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if is_free(port):
                yield port
                return
    raise StackError("No port is free.")


def choose(
    usual: Mapping[str, int],
    remembered: Mapping[str, int],
    promised: Collection[int],
    free: Callable[[int], bool] = is_free,
) -> dict[str, int]:
    """Return a port for each name: the remembered or usual one, or the next that nobody has.

    `promised` are ports of other servers of the stack, which may be down just now.
    """
    chosen: dict[str, int] = {}
    for name, port in usual.items():
        first = remembered.get(name, port)
        taken = {*promised, *chosen.values()}
        candidates = (first, *range(port, port + TRIES))
        found = next((number for number in candidates if number not in taken and free(number)), None)
        if found is None:
            raise StackError(f"No free port for {name} between {port} and {port + TRIES}.")
        chosen[name] = found
    return chosen
