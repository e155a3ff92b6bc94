"""`manage.py drain`: before a server goes away, for preStop hooks and for people."""

import os
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from config import running

LOOK_SECONDS = 0.1
MORE_SECONDS = 15  # than the server itself gives its answers


class Command(BaseCommand):
    help = (
        "Let the server on this machine finish: it is no longer ready, takes no new questions, sends sockets "
        "to other replicas and ends the answers that it is writing. Returns when it is through; the server "
        "goes on answering until SIGTERM, or ends with --stop."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="port that it listens on (PORT)")
        parser.add_argument("--stop", action="store_true", help="end the server afterwards")

    @override
    def handle(self, *args: Any, port: int, stop: bool, **options: Any) -> None:
        if running.DRAIN_SIGNAL is None:
            raise CommandError("This system cannot tell a server to drain; ending it does the same.")
        found = running.look(port)
        if found is None:
            raise CommandError(f"No server of {settings.SICHA_HOME} listens on port {port}.")
        os.kill(found[0], running.DRAIN_SIGNAL)
        self._wait(port, until="drained")
        if stop:
            os.kill(found[0], signal.SIGTERM)
            self._wait(port, until="gone")
        self.stdout.write("Drained.")

    def _wait(self, port: int, *, until: str) -> None:
        deadline = time.monotonic() + settings.DRAIN_SECONDS + MORE_SECONDS
        while (found := running.look(port)) is not None and found[1] != until:
            if time.monotonic() > deadline:
                raise CommandError("The server still writes answers.")
            time.sleep(LOOK_SECONDS)
