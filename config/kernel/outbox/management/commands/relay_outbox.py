"""`manage.py relay_outbox`: deliver what waits, where no server and no worker does it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.kernel.outbox import relay, rows


class Command(BaseCommand):
    help = "Deliver the events that wait in the outbox, until none is due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--replay-dead", action="store_true", help="try dead rows anew first")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["replay_dead"]:
            self.stdout.write(f"replayed: {rows.replay_dead()}")
        total = relay.RelayReport()
        while (report := relay.relay()).claimed:
            total.done += report.done
            total.failed += report.failed
            total.dead += report.dead
        rows.forget_completed()
        self.stdout.write(f"done: {total.done}, failed: {total.failed}, dead: {total.dead}")
