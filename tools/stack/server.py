"""What every server of the stack says about itself."""

import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server lives: its own state folder, the cache of builds, its ports and secrets.

    Parts of the product also get to know `settings`, which point at the services that were started, and
    `addresses`: host and port of every other server of the stack, running or not.
    """

    folder: Path
    cache: Path
    ports: Mapping[str, int]
    secrets: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def port(self, name: str = "") -> int:
        """Return the port of this name, or the main one."""
        return self.ports[name] if name else next(iter(self.ports.values()))

    @property
    def data(self) -> Path:
        return self.folder / "data"


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start it: the command and what it needs in its environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


class Server(ABC):
    """One server. All steps may be repeated at any time and do nothing that is done already.

    Stage 0 are the services. Later stages are the product itself, started by name only, and after the stages
    before answer.
    """

    name: ClassVar[str]
    stage: ClassVar[int] = 0
    ports: ClassVar[Mapping[str, int]]  # usual port by name; the main one first
    secrets: ClassVar[Sequence[str]] = ()
    errors: ClassVar[tuple[type[Exception], ...]]  # what its client raises when it does not work
    patience: ClassVar[float] = 60  # seconds until it must answer
    stop_patience: ClassVar[float] = 20  # seconds to end by itself
    stop_signal: ClassVar[int] = signal.SIGTERM

    @abstractmethod
    def install(self, cache: Path) -> None:
        """Get the program, from a package or as a build kept in the cache."""

    def prepare(self, place: Place) -> None:
        """Make the data folder ready for the start."""
        place.data.mkdir(parents=True, exist_ok=True, mode=0o700)

    @abstractmethod
    def launch(self, place: Place) -> Launch:
        """Return how to start it in the foreground."""

    @abstractmethod
    def check(self, place: Place) -> None:
        """Ask in its own protocol whether it works; raise one of `errors` when it does not, or not yet."""

    def finish(self, place: Place) -> None:
        """Make what the product expects to be there: a bucket, a database, a model."""
        del place

    def settings(self, place: Place) -> Mapping[str, str]:
        """Return the product's settings that point at it."""
        del place
        return {}

    def address(self, place: Place) -> str:
        """Return where it listens, for people, without secrets; empty when it does not."""
        return f"127.0.0.1:{place.port()}" if place.ports else ""
