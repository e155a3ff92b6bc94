"""Starts, watches and ends the servers of one state folder."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tools.stack import processes
from tools.stack.credentials import secrets_of, write_settings
from tools.stack.errors import StackError
from tools.stack.folders import alone
from tools.stack.ports import is_free
from tools.stack.processes import Process
from tools.stack.records import Record, Records
from tools.stack.server import Place, Server

POLL_SECONDS = 0.3
PORT_SECONDS = 10
LOG_LINES = 15
LOG_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Started:
    """A server that runs, with how long it may still take to answer."""

    server: Server
    process: Process
    fresh: bool


class Stack:
    """The servers of one state folder; several stacks with folders of their own do not meet."""

    def __init__(self, servers: Sequence[Server], *, home: Path, cache: Path) -> None:
        self._servers = {server.name: server for server in servers}
        self._home, self._cache = home, cache
        self._records = Records(home)
        home.mkdir(parents=True, exist_ok=True)
        cache.mkdir(parents=True, exist_ok=True)

    @property
    def names(self) -> list[str]:
        return list(self._servers)

    @property
    def settings_file(self) -> Path:
        return self._home / "stack.env"

    def chosen(self, names: Sequence[str]) -> list[Server]:
        """Return the servers of these names, all of them for none, in the order of the stack."""
        unknown = sorted(set(names) - set(self._servers))
        if unknown:
            raise StackError(f"Unknown: {' '.join(unknown)}. There are: {' '.join(self._servers)}")
        return [server for name, server in self._servers.items() if not names or name in names]

    def usual(self) -> list[str]:
        """Return the names of the services, and of what else was started and not taken down."""
        return [
            name
            for name, server in self._servers.items()
            if server.stage == 0 or self._records.read(name).wanted
        ]

    # -- up --------------------------------------------------------------------------------------------------

    def install(self, server: Server) -> None:
        """Get the program; of two processes that want it, one builds and both use it."""
        with alone(self._cache / f".{server.name}.lock"):
            server.install(self._cache)

    def is_running(self, server: Server) -> bool:
        """Return whether the process that was started is there, answering or not."""
        process = self._records.read(server.name).process
        return process is not None and processes.is_alive(process)

    def start(self, server: Server) -> Started:
        """Start the server unless it runs; it may not answer yet."""
        with alone(self._home / f".{server.name}.lock"):
            record = self._records.read(server.name)
            if record.process and processes.is_alive(record.process):
                return Started(server, record.process, fresh=False)
            others = (name for name in self._servers if name != server.name)
            record = self._records.reserve(server.name, server.ports, others)
            if server.stage:
                self._reserve_all()
            process = self._launch(server, self.place(server))
            self._records.write(server.name, replace(record, process=process, wanted=True))
            return Started(server, process, fresh=True)

    def _reserve_all(self) -> None:
        """Promise a port to everyone: replicas and balancers know each other's before they start."""
        for name, server in self._servers.items():
            if server.ports and not self._records.read(name).ports:
                self._records.reserve(name, server.ports, (other for other in self._servers if other != name))

    def _launch(self, server: Server, place: Place) -> Process:
        place.folder.mkdir(exist_ok=True)
        log = self.log(server)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        server.prepare(place)
        how = server.launch(place)
        return processes.start(how.command, environment=how.environment, folder=place.folder, log=log)

    def settle(self, started: Started) -> None:
        """Wait until the server answers, and make what the product expects in it.

        :raises StackError: it ended or did not answer in its time; the text has the end of its log
        """
        server, place = started.server, self.place(started.server)
        deadline = time.monotonic() + server.patience
        while (problem := self._problem(server, place)) is not None:
            if not processes.is_alive(started.process):
                raise StackError(self._complaint(server, "ended by itself"))
            if time.monotonic() > deadline:
                raise StackError(
                    self._complaint(server, f"does not answer after {server.patience:.0f} s: {problem}")
                )
            time.sleep(POLL_SECONDS)
        try:
            server.finish(place)
        except server.errors as error:
            raise StackError(self._complaint(server, f"could not be prepared: {error}")) from error

    @staticmethod
    def _problem(server: Server, place: Place) -> str | None:
        try:
            server.check(place)
        except server.errors as error:
            return str(error).strip() or type(error).__name__
        return None

    def _complaint(self, server: Server, what: str) -> str:
        log = self.log(server)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        end = "\n".join(f"  | {line[:300]}" for line in lines[-LOG_LINES:])
        return f"{server.name} {what}. The end of {log}:\n{end or '  | (nothing)'}"

    # -- down ------------------------------------------------------------------------------------------------

    def stop(self, server: Server) -> str:
        """End the server if it is the one that was started; return in a word how it went."""
        with alone(self._home / f".{server.name}.lock"):
            record = self._records.read(server.name)
            outcome = "not running"
            if record.process and processes.is_alive(record.process):
                graceful = processes.end(
                    record.process, signal_number=server.stop_signal, patience=server.stop_patience
                )
                outcome = "ended" if graceful else f"killed after {server.stop_patience:.0f} s"
                self._wait_for_ports(record)
            if record.ports or record.wanted:
                self._records.write(server.name, Record(record.ports))
            return outcome

    def kill(self, server: Server) -> str:
        """End the server with SIGKILL, as a crash would; its place in the stack stays."""
        with alone(self._home / f".{server.name}.lock"):
            record = self._records.read(server.name)
            if record.process is None or not processes.is_alive(record.process):
                return "not running"
            processes.kill(record.process)
            self._wait_for_ports(record)
            return "killed"

    @staticmethod
    def _wait_for_ports(record: Record) -> None:
        """Wait for the system to close what the process had open, so that the next start gets its ports."""
        deadline = time.monotonic() + PORT_SECONDS
        while not all(map(is_free, record.ports.values())) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    # -- what is there ---------------------------------------------------------------------------------------

    def place(self, server: Server) -> Place:
        record = self._records.read(server.name)
        secrets = secrets_of(self._home, server.secrets)
        ports = {name: record.ports[name] for name in server.ports if name in record.ports}
        place = Place(self._home / server.name, self._cache, ports, secrets)
        if server.stage == 0:
            return place
        return replace(place, settings=self._settings(), addresses=self._addresses())

    def _settings(self) -> dict[str, str]:
        """Return the settings that point at all services that were started and not taken down."""
        found: dict[str, str] = {}
        for server in self._servers.values():
            if server.stage == 0 and self._records.read(server.name).wanted:
                found |= server.settings(self.place(server))
        return found

    def _addresses(self) -> dict[str, str]:
        ports = {name: self._records.read(name).ports for name in self._servers}
        return {name: f"127.0.0.1:{next(iter(mine.values()))}" for name, mine in ports.items() if mine}

    def log(self, server: Server) -> Path:
        return self._home / f"{server.name}.log"

    def status(self, server: Server) -> str:
        """Return one of: not started, ended by itself or was killed, does not answer: why, ready."""
        record = self._records.read(server.name)
        if not record.wanted or record.process is None:
            return "not started"
        if not processes.is_alive(record.process):
            return "down: it ended by itself or was killed"
        problem = self._problem(server, self.place(server))
        return "ready" if problem is None else f"does not answer: {problem.splitlines()[0]}"

    def write_settings(self) -> None:
        """Write the settings of all services that were started and not taken down."""
        with alone(self._home / ".settings.lock"):
            write_settings(self.settings_file, self._settings())
