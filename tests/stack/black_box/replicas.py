"""The product as strangers meet it: three replicas, workers and two balancers, started by `tools.stack`."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import httpx

from bench.faults.waiting import until
from tests.real_servers import ROOT
from tools.stack.folders import state_folder

PARTS = ("replicas", "workers", "balancers")
QUESTIONS_PER_MINUTE = 24
RESETS_PER_HOUR = 20


def stack(*words: str, **environment: str) -> str:
    """Run a command of the stack that has to succeed; return what it said."""
    given = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "tools.stack", *words],
        cwd=ROOT,
        env={**given, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Product:
    """`with Product(ASGI_SERVER="daphne") as product:` three replicas behind two balancers."""

    def __init__(self, **environment: str) -> None:
        self._environment = environment
        self._addresses: dict[str, str] = {}

    def __enter__(self) -> Self:
        stack("down", "product")
        try:
            self._start()
        except BaseException:
            stack("down", "product")
            raise
        return self

    def _start(self) -> None:
        stack("up", *PARTS, **self._environment)
        lines = (line.split() for line in stack("status", *PARTS).splitlines())
        self._addresses = {words[0]: words[1].rstrip(",") for words in lines if words[1].startswith("127.")}

    def __exit__(self, *_error: object) -> None:
        stack("down", "product")

    @property
    def asgi_server(self) -> str:
        return self._environment["ASGI_SERVER"]

    def address(self, part: str) -> str:
        """Return the URL of a replica or of a balancer."""
        return f"http://{self._addresses[part]}"

    def drain(self, replica: str) -> None:
        """Let a replica drain for good, as `manage.py drain` does; it goes on answering."""
        kept = json.loads((state_folder() / f"{replica}.json").read_text(encoding="utf-8"))
        os.kill(kept["process"]["pid"], signal.SIGUSR1)
        ready = f"{self.address(replica)}/health/ready"
        until(lambda: httpx.get(ready, timeout=10).status_code == 503, what="the replica drains")

    @contextmanager
    def without(self, part: str) -> Iterator[None]:
        """Kill a part as a failing machine would; afterwards it is there again."""
        stack("kill", part)
        try:
            yield
        finally:
            stack("up", part, **self._environment)
