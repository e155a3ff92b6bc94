"""`manage.py relay_outbox`: a process that only delivers, where neither the server nor a worker does it."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.kernel.outbox import relay, rows


class Command(BaseCommand):
    help = "Deliver the events that wait in the outbox, until it is told to end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end as soon as nothing is due")
        parser.add_argument(
            "--replay-dead", action="store_true", help="try dead rows anew, then end as with --once"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["replay_dead"]:
            self.stdout.write(f"replayed: {rows.replay_dead()}")
        if options["once"] or options["replay_dead"]:
            self._drain()
        else:
            self._serve()

    def _drain(self) -> None:
        done = failed = dead = 0
        while (report := relay.relay()).claimed:
            done, failed, dead = done + report.done, failed + report.failed, dead + report.dead
        rows.forget_completed()
        self.stdout.write(f"done: {done}, failed: {failed}, dead: {dead}")

    def _serve(self) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("delivering")
        relay.run_relay(stop)
