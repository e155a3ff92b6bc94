"""The real servers of one run, in a stack of its own."""

from contextlib import ExitStack
from pathlib import Path

from tools.stack.__main__ import SERVERS, down, up
from tools.stack.folders import cache_folder
from tools.stack.ports import TRIES, held
from tools.stack.records import Record, Records
from tools.stack.stack import Stack

NAMES = ("postgres", "redis", "minio", "weaviate", "neo4j")


class ServersError(Exception):
    """The real servers could not be started."""


class Servers:
    """`with Servers(home) as servers: …`; all of them are down and forgotten afterwards."""

    def __init__(self, home: Path, names: tuple[str, ...] = NAMES) -> None:
        chosen = [server() for server in SERVERS if server.name in names]
        self._stack = Stack(chosen, home=home, cache=cache_folder())
        self.names = names
        self._records = Records(home)
        self._held = ExitStack()

    def __enter__(self) -> "Servers":
        for server in self._stack.chosen(()):
            ports = {name: self._hold(usual) for name, usual in server.ports.items()}
            self._records.write(server.name, Record(ports))
        if up(self._stack, self.names):
            self.__exit__()
            raise ServersError("the real servers did not start")
        return self

    def __exit__(self, *_error: object) -> None:
        down(self._stack, ())
        self._held.close()

    def _hold(self, usual: int) -> int:
        """Return a port that no other run is given meanwhile, and that is not the usual one."""
        return self._held.enter_context(held(range(usual + 1, usual + TRIES)))

    def settings(self) -> dict[str, str]:
        """Return the product's settings that point at them."""
        found: dict[str, str] = {}
        for server in self._stack.chosen(()):
            found |= server.settings(self._stack.place(server))
        return found

    def kill(self, name: str) -> None:
        (server,) = self._stack.chosen([name])
        self._stack.kill(server)

    def start(self, name: str) -> None:
        """Start it again, with its data and on its port; return when it answers."""
        (server,) = self._stack.chosen([name])
        self._stack.settle(self._stack.start(server))
