"""`manage.py move_database`: an embedded installation becomes one on the services that are configured."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from typing_extensions import override

from config.kernel.objects import ObjectStoreError
from config.moving import files, tables
from config.moving.source import snapshot
from config.moving.tables import MoveError
from config.preparation import migrate


class Command(BaseCommand):
    help = (
        "Take an embedded installation (SQLite, files, vectors) to the services that are configured. "
        "The database there has to be empty. After an interruption, run it again."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            dest="home",
            type=Path,
            default=settings.SICHA_HOME,
            metavar="FOLDER",
            help="SICHA_HOME of the embedded installation; stop its server first",
        )

    @override
    def handle(self, *args: Any, home: Path, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("DATABASE_URL says where to move to, and is not set.")
        migrate(self.stdout.write)
        try:
            with snapshot(home) as source:
                tables.require_same_schema(source, "default")
                self._files(home)
                self._rows(source)
        except (MoveError, ObjectStoreError) as error:
            raise CommandError(
                f"{error}\nNothing was moved that a second run would not begin again."
            ) from error
        call_command("reindex", stdout=self.stdout)
        self.stdout.write("Moved. The installation that was left is unchanged.")

    def _files(self, home: Path) -> None:
        if not settings.S3_ENDPOINT_URL and home.resolve() == settings.SICHA_HOME:
            self.stdout.write("Files stay where they are: S3_ENDPOINT_URL is not set.")
            return
        for storage in files.copy(home):
            self.stdout.write(f"  {storage.name:<40} {storage.files:>8} files, compared by hash")

    def _rows(self, source: str) -> None:
        full = tables.filled("default")
        if full and not tables.same_rows(source, "default"):
            raise MoveError(f"The database to move to is not empty: {', '.join(full[:3])} …")
        if full:
            self.stdout.write("The rows have been moved already.")
            return
        with transaction.atomic():
            total = 0
            for table in tables.copy(source, "default"):
                total += table.rows
                self.stdout.write(f"  {table.name:<40} {table.rows:>8} rows")
            if tables.counts(source) != tables.counts("default"):
                raise MoveError("The tables do not hold the same number of rows.")
        self.stdout.write(f"  {'all tables':<40} {total:>8} rows, the same number in both")
