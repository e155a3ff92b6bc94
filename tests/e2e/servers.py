"""What the browser tests run against: the product as a process of its own, and a model made of cardboard."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
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
        self.home = home
        self._environment = environment
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        own = {"SICHA_HOME": str(self.home), "DEMO": "false", "LOG_LEVEL": "WARNING"}
        self._log = (self.home / "server.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--prepare", "--port", str(self.port)],
            cwd=ROOT,
            env={**environment, **own, **self._environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_ready()
        except AssertionError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=30)
        self._log.close()

    def organization(self, name: str, documents: Sequence[tuple[str, str]], *, username: str = "") -> Person:
        """Found an organisation with a manager and these (title, text); return when they can be searched."""
        manager = Person(username or f"manager-{self.port}")
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
        raise AssertionError((self.home / "server.log").read_text(encoding="utf-8"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _upload(client: httpx.Client, title: str, text: str) -> str:
    body = {"title": title, "content": text, "category": "משאבי אנוש"}
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
