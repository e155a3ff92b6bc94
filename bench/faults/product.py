"""The product as its processes: replicas, a Celery worker, beat, a relay."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tools.stack import processes
from tools.stack.folders import ROOT
from tools.stack.ports import held
from tools.stack.processes import Process

READY_SECONDS = 300
PORTS = range(18400, 18800)
MANAGE = (sys.executable, str(ROOT / "manage.py"))
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


class NotReadyError(Exception):
    """A process did not become ready in its time; the message has the end of its log."""


@dataclass(slots=True)
class Part:
    """One process of the product; `port` for those that serve."""

    name: str
    command: Sequence[str]
    port: int = 0
    process: Process | None = None
    ended_by_itself: int = 0


@dataclass
class Product:
    """`with Product(home, settings) as product: …`: the replicas and what works behind them.

    `settings` are environment variables of the product, `module` its Django settings, `without` names parts
    that are left out.
    """

    home: Path
    settings: Mapping[str, str]
    module: str = "config.settings"
    replicas: int = 2
    without: Collection[str] = ()
    parts: dict[str, Part] = field(default_factory=dict)
    _replaced: list[Process] = field(default_factory=list)
    _held: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Product":
        self.home.mkdir(parents=True, exist_ok=True)
        own = {name: secrets.token_hex(32) for name in ("SECRET_KEY", "JWT_SIGNING_KEY")}
        self.settings = {"SICHA_HOME": str(self.home), "LOG_LEVEL": "WARNING", **own, **self.settings}
        self._define()
        first, *others = self.parts
        try:
            self.start(first)  # prepares the database and the static files for all
            for name in others:
                self.start(name, wait=False)
            for name in others:
                self.wait(name)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        started = [part.process for part in self.parts.values() if part.process is not None]
        for process in (*started, *self._replaced):
            processes.kill(process)
        self._held.close()

    def _define(self) -> None:
        celery = (sys.executable, "-m", "celery", "-A", "config.celery")
        for number in range(1, self.replicas + 1):
            self._add(self._replica(number, *(("--prepare",) if number == 1 else ())))
        self._add(Part("worker", (*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING")))
        self._add(Part("beat", (*celery, "beat", "--loglevel", "WARNING")))
        self._add(Part("relay", (*MANAGE, "relay_outbox")))

    def _replica(self, number: int, *words: str) -> Part:
        port = self._held.enter_context(held(PORTS))
        return Part(f"replica-{number}", (*MANAGE, "serve", "--port", str(port), *words), port)

    def _add(self, part: Part) -> None:
        if part.name not in self.without:
            self.parts[part.name] = part

    def replace(self, name: str, number: int) -> Process:
        """Start another replica, wait until it serves, and return the process of the one that it replaces,
        which goes on running but is asked by nobody any more, as in a rolling update of Kubernetes."""
        other = self._replica(number)
        self.parts[other.name] = other
        self.start(other.name)
        process = self.parts.pop(name).process
        if process is None:
            raise RuntimeError(f"{name} does not run")
        self._replaced.append(process)
        return process

    @property
    def addresses(self) -> list[str]:
        """Return where the replicas listen."""
        return [f"http://127.0.0.1:{part.port}" for part in list(self.parts.values()) if part.port]

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {**kept, "DJANGO_SETTINGS_MODULE": self.module, **self.settings}

    def log(self, name: str) -> Path:
        return self.home / f"{name}.log"

    def start(self, name: str, *, wait: bool = True) -> None:
        part = self.parts[name]
        part.process = processes.start(
            part.command, environment=self.environment(), folder=ROOT, log=self.log(name)
        )
        if wait:
            self.wait(name)

    def wait(self, name: str) -> None:
        """Wait until the process serves; raise NotReadyError when it ends or takes too long."""
        part = self.parts[name]
        deadline = time.monotonic() + READY_SECONDS
        while part.port and not _is_ready(part.port):
            if part.process is None or not processes.is_alive(part.process) or time.monotonic() > deadline:
                raise NotReadyError(f"{name}: {self._last_words(name)}")
            time.sleep(0.2)

    def kill(self, name: str) -> None:
        part = self.parts[name]
        if part.process is not None:
            processes.kill(part.process)

    def revive(self) -> None:
        """Start what ended by itself, as an orchestrator would, and remember that it did."""
        for part in self.parts.values():
            if part.process is not None and not processes.is_alive(part.process):
                part.ended_by_itself += 1
                self.start(part.name)

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product; its exit code is for the caller to look at."""
        command = [*MANAGE, *words]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def _last_words(self, name: str) -> str:
        return self.log(name).read_text(encoding="utf-8", errors="replace")[-3000:]


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=3).is_success
    except httpx.HTTPError:
        return False
