"""What the browser tests run against: the product as a process of its own, and a model made of cardboard."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.fakes.ollama import FakeOllama

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
INDEX_SECONDS = 60
PASSWORD = "Tapuach-42-Etz"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in."""

    username: str
    password: str = PASSWORD


class Product:
    """`with Product(home) as product: product.url`; everything it writes is in `home`."""

    def __init__(self, home: Path, **environment: str) -> None:
        self._home = home
        self._environment = environment
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        own = {"SICHA_HOME": str(self._home), "DEMO": "false", "LOG_LEVEL": "WARNING"}
        self._log = (self._home / "server.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--prepare", "--port", str(self.port)],
            cwd=ROOT,
            env={**environment, **own, **self._environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait_until_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=30)
        self._log.close()

    def organization(self, name: str, documents: Sequence[tuple[str, str]]) -> Person:
        """Found an organisation with a manager and these (title, text); return when they can be searched."""
        manager = Person(f"manager-{self.port}")
        with httpx.Client(base_url=self.url, timeout=30) as client:
            registration = {
                "username": manager.username,
                "password": manager.password,
                "email": f"{manager.username}@example.org",
                "organization": name,
            }
            access = client.post("/register", json=registration).raise_for_status().json()["access"]
            client.headers["Authorization"] = f"Bearer {access}"
            ids = [_upload(client, title, text) for title, text in documents]
            for document in ids:
                _wait_until_indexed(client, document)
        return manager

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise AssertionError((self._home / "server.log").read_text(encoding="utf-8"))


class CardboardModel:
    """A `FakeOllama` on a thread of its own; the browser test decides what has been written."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server = FakeOllama(gated=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._server.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._server.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    @property
    def url(self) -> str:
        return self._server.url

    def script(self, text: str, *, size: int = 1) -> int:
        """Say what the next answer will be, in pieces of `size` characters; return how many there are."""
        self._server.pieces = [text[at : at + size] for at in range(0, len(text), size)]
        return len(self._server.pieces)

    def allow(self, count: int = 10_000) -> None:
        """Let the model write `count` further pieces."""
        self._loop.call_soon_threadsafe(self._server.allow, count)

    def fail(self, *, with_status: bool) -> None:
        """Answer with an error from now on, or no more."""
        self._server.fault = "status" if with_status else "none"

    def withhold(self) -> None:
        """Take back the permits that were not used."""
        self._run(self._drain())

    async def _drain(self) -> None:
        permits = self._server._permits
        while not permits.locked():
            await permits.acquire()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _upload(client: httpx.Client, title: str, text: str) -> str:
    body = {"title": title, "content": text, "category": "hr"}
    return str(client.post("/api/v1/documents", json=body).raise_for_status().json()["id"])


def _wait_until_indexed(client: httpx.Client, document: str) -> None:
    deadline = time.monotonic() + INDEX_SECONDS
    while time.monotonic() < deadline:
        status = client.get(f"/api/v1/documents/{document}").raise_for_status().json()["status"]
        if status == "indexed":
            return
        assert status in {"pending", "indexing"}, status
        time.sleep(0.1)
    raise AssertionError("the document was not indexed in time")
