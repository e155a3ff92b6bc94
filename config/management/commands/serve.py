"""`manage.py serve`: the whole product in one process, on one port."""

import socket
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from typing_extensions import override

from config import announcement, demo, env, preparation, server
from config.occupancy import HomeInUseError, occupy


class Command(BaseCommand):
    help = "Serve pages, the API, sockets and background work until SIGTERM or Ctrl+C."
    requires_system_checks = ("config", "security")  # those that a setting can break; the others are for CI

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (HOST)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (PORT)")
        parser.add_argument(
            "--prepare", action="store_true", help="migrate, collect static files, seed the demo"
        )

    @override
    def handle(self, *args: Any, host: str, port: int, prepare: bool, **options: Any) -> None:
        try:
            with _only_server():
                self._serve(host, port, prepare=prepare)
        except server.PortInUseError:
            raise CommandError(f"Port {port} is in use. Choose another one: PORT={port + 1}") from None
        except KeyboardInterrupt:  # before our own handling of signals began
            raise SystemExit(130) from None

    def _serve(self, host: str, port: int, *, prepare: bool) -> None:
        bound = _bind(host, port)
        _accept_own_pages(port)
        if prepare:
            preparation.prepare(self._say)
        elif not (settings.STATIC_ROOT / "staticfiles.json").exists():
            raise CommandError("Static files are missing. Start once with --prepare, or run collectstatic.")
        address = f"http://{_shown(host)}:{port}"
        ollama = announcement.local_ollama_model()

        def announce() -> None:
            self._say(announcement.ready_text(address, demo.known_accounts(), ollama))

        server.run(bound, announce=announce)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


@contextmanager
def _only_server() -> Iterator[None]:
    """Keep a second server off an embedded installation; replicas share a database server instead."""
    if connection.vendor != "sqlite":
        yield
        return
    try:
        lock = occupy(settings.SICHA_HOME)
    except HomeInUseError:
        home = settings.SICHA_HOME
        raise CommandError(
            f"שרת אחר כבר פועל על אותה תיקייה · Another server is running on this SICHA_HOME: {home}"
        ) from None
    with lock:
        yield


def _bind(host: str, port: int) -> socket.socket:
    try:
        return server.bind(host, port)
    except OSError as error:
        raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror or error}") from None


def _accept_own_pages(port: int) -> None:
    """Where the origins are the local defaults, they follow `--port`."""
    local = env.local_origins(settings.PORT)
    if local == settings.ALLOWED_ORIGINS:
        settings.ALLOWED_ORIGINS[:] = env.local_origins(port)


def _shown(host: str) -> str:
    """Return the name to type into a browser."""
    if host in {"127.0.0.1", "::1", "0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
